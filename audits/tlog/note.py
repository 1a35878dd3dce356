"""Signed notes (c2sp.org/signed-note): a text and the signatures under it.

Verification is here; signing is a callable that the caller passes in, because this
room holds no secrets and no cryptography library.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256

from audits.tlog import ed25519
from audits.tlog.encoding import decode_text, from_base64, to_base64
from audits.tlog.hashing import ProofInvalid

ED25519 = 0x01
COSIGNATURE = 0x04
"""Timestamped Ed25519 cosignature of a checkpoint (c2sp.org/tlog-cosignature)."""
ML_DSA_44 = 0x06
"""Timestamped ML-DSA-44 cosignature; `audits.tlog.subtree` has what it signs."""

KINDS = {
    0x02: "ECDSA",
    0x05: "RFC 6962 tree head",
    ML_DSA_44: "ML-DSA-44",
    0xFF: "private",
}
MAX_NOTE = 1 << 20
MAX_SIGNATURES = 100
KEY_ID_SIZE = 4
LATEST_TIME = 253_402_300_799
"""The last second of the year 9999, in Unix time."""
DASH = "\N{EM DASH}"
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
"""A character that no note holds: the control characters but LF."""


class KindUnknown(ProofInvalid):
    """A key of a kind that this room cannot check; `kind` is its name."""

    def __init__(self, name: str, kind: str) -> None:
        """Say whose key it is."""
        super().__init__(f"keys of type {kind} cannot be checked here: {name}")
        self.name, self.kind = name, kind


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: who signed, with which key, and the signature's bytes."""

    name: str
    key_id: bytes
    value: bytes

    def line(self) -> str:
        """Return the line of the note, with its LF."""
        return f"{DASH} {self.name} {to_base64(self.key_id + self.value)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text that ends in LF, and the signatures under it, none of them checked."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        """Return the note as it is stored and served."""
        return self.text + "\n" + "".join(each.line() for each in self.signatures)

    def to_bytes(self) -> bytes:
        """Return the note's file."""
        return str(self).encode()


@dataclass(frozen=True, slots=True)
class Verifier:
    """A key that a reader trusts, known by its name and key id."""

    name: str
    kind: int
    public: bytes
    also: tuple["Verifier", ...] = ()
    """Further keys of the same name: a log keeps its name when its key changes."""

    @property
    def key_id(self) -> bytes:
        """Return the id of the key itself, not of the further ones."""
        return key_id(self.name, self.kind, self.public)

    @property
    def keys(self) -> tuple["Verifier", ...]:
        """Return each of its keys as one that stands alone."""
        return (replace(self, also=()), *self.also)

    def signed(self, signature: Signature) -> bool:
        """Tell whether the signature names this key, or a further one."""
        return any(
            (signature.name, signature.key_id) == (each.name, each.key_id)
            for each in self.keys
        )

    def check(self, text: str, signature: Signature) -> int | None:
        """Raise ProofInvalid unless `signature` over `text` is good.

        Return the time a cosignature states, in Unix seconds, else None.
        """
        for each in self.also:
            if each.signed(signature):
                return each.check(text, signature)
        message, value, at = text.encode(), signature.value, None
        if self.kind == COSIGNATURE:
            at, value = int.from_bytes(value[:8], "big"), value[8:]
            message = cosigned(text, at)
        if not ed25519.verify(self.public, message, value):
            raise ProofInvalid(
                f"the signature of {self.name} (key {self.key_id.hex()}) does not "
                "match the text: the text or the signature was changed"
            )
        if at is not None and at > LATEST_TIME:
            raise ProofInvalid(f"the cosignature of {self.name} states no real time")
        return at


@dataclass(frozen=True, slots=True)
class Signer:
    """A key that signs: the callable gets the message and returns 64 bytes."""

    name: str
    public: bytes
    sign: Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class OpenedNote:
    """A note of which at least one signature is good and no known one is bad."""

    text: str
    verified: tuple[Signature, ...]
    unknown: tuple[Signature, ...]
    """Signatures by keys that the reader did not name: they prove nothing here."""
    times: dict[str, int] = field(default_factory=dict)
    """When each cosigner says it saw this text, in Unix seconds."""


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """Return the first four bytes of SHA-256(name || LF || kind || key)."""
    return sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:KEY_ID_SIZE]


def _is_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(c.isspace() for c in name)


def vkey(name: str, public: bytes, kind: int = ED25519) -> str:
    """Return the verifier key: name, key id and public key in one line of text.

    Raise ValueError for a name that a note cannot carry or a key nobody may trust.
    """
    if not _is_name(name) or any(c < " " for c in name):
        raise ValueError(f"a key name has no spaces and no '+', found {name!r}")
    if not ed25519.is_public_key(public):
        raise ValueError("not a public Ed25519 key of full order")
    return f"{name}+{key_id(name, kind, public).hex()}+" + to_base64(
        bytes([kind]) + public
    )


def parse_vkey(text: str) -> Verifier:
    """Return the key of a vkey line; raise ProofInvalid when it is none we can use."""
    name, _, rest = text.strip().partition("+")
    stated_id, _, encoded = rest.partition("+")
    if not _is_name(name) or not encoded:
        raise ProofInvalid(f"not a verifier key (NAME+ID+KEY): {text.strip()[:120]!r}")
    data = from_base64(encoded, "the verifier key")
    kind, public = data[0], data[1:]
    if kind not in (ED25519, COSIGNATURE):
        raise KindUnknown(name, KINDS.get(kind, f"{kind:#04x}"))
    if not ed25519.is_public_key(public):
        raise ProofInvalid(f"the verifier key of {name} is no safe Ed25519 key")
    found = Verifier(name, kind, public)
    if found.key_id.hex() != stated_id:
        raise ProofInvalid(
            f"the verifier key of {name} has id {found.key_id.hex()}, "
            f"but says {stated_id[:40]!r}: it was copied with a mistake"
        )
    return found


def sign(text: str, signers: Iterable[Signer]) -> Note:
    """Return `text` signed by each signer; ValueError for a text no note can hold."""
    if not text.endswith("\n") or CONTROL.search(text):
        raise ValueError("a note's text ends in LF and has no other control character")
    return Note(
        text,
        tuple(
            Signature(
                each.name,
                key_id(each.name, ED25519, each.public),
                each.sign(text.encode()),
            )
            for each in signers
        ),
    )


def cosigned(text: str, at: int) -> bytes:
    """Return what a cosigner signs who saw this checkpoint at that Unix time."""
    return f"cosignature/v1\ntime {at}\n{text}".encode()


def cosign(text: str, signer: Signer, at: int) -> Signature:
    """Return a cosigner's signature of a checkpoint's text."""
    value = at.to_bytes(8, "big") + signer.sign(cosigned(text, at))
    return Signature(
        signer.name, key_id(signer.name, COSIGNATURE, signer.public), value
    )


def parse_note(data: bytes) -> Note:
    """Return the note without checking signatures; ProofInvalid when it is none."""
    if len(data) > MAX_NOTE:
        raise ProofInvalid(f"the note has {len(data)} bytes, at most {MAX_NOTE} fit")
    body = decode_text(data, "the note")
    at = body.rfind("\n\n")
    if at < 0:
        raise ProofInvalid("the note has no empty line between text and signatures")
    text, block = body[: at + 1], body[at + 2 :]
    if not block.endswith("\n"):
        raise ProofInvalid("the note's last signature line does not end in LF")
    lines = block[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise ProofInvalid(f"the note has more than {MAX_SIGNATURES} signatures")
    return Note(text, tuple(_parse_signature(line) for line in lines))


def _parse_signature(line: str) -> Signature:
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    if dash != DASH or not _is_name(name):
        raise ProofInvalid(f"not a signature line: {line[:80]!r}")
    data = from_base64(encoded, f"the signature of {name}")
    if len(data) <= KEY_ID_SIZE:
        raise ProofInvalid(f"the signature of {name} is too short to be one")
    return Signature(name, data[:KEY_ID_SIZE], data[KEY_ID_SIZE:])


def open_note(data: bytes, verifiers: Sequence[Verifier]) -> OpenedNote:
    """Return the note if a trusted key signed it and no trusted key's line is bad.

    Signatures by other keys are ignored, but reported as unknown.
    """
    note = parse_note(data)
    verified: list[Signature] = []
    unknown: list[Signature] = []
    times: dict[str, int] = {}
    for signature in note.signatures:
        known = [each for each in verifiers if each.signed(signature)]
        for verifier in known:
            at = verifier.check(note.text, signature)
            if at is not None:
                times[verifier.name] = at
        (verified if known else unknown).append(signature)
    if not verified:
        keys = [key for each in verifiers for key in each.keys]
        wanted = ", ".join(f"{v.name}+{v.key_id.hex()}" for v in keys)
        found = ", ".join(f"{s.name}+{s.key_id.hex()}" for s in note.signatures)
        raise ProofInvalid(f"no signature by {wanted}; the note is signed by {found}")
    return OpenedNote(note.text, tuple(verified), tuple(unknown), times)
