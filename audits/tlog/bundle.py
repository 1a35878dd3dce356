"""Event bundles: one entry with its proof and the payload parts that are disclosed.

A JSON file that we define (`FORMAT`), because no standard joins a log proof to
payloads that lie beside the log. Every part is optional: what is not in the bundle
stays undisclosed, and the entry says that it exists. Of a part that the entry commits
to by field, a bundle (`FORMAT_2`) may disclose some fields, and only the digests of
the others.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from audits.tlog import anchor, proof, rotation
from audits.tlog.anchor import Anchor
from audits.tlog.checkpoint import open_checkpoint
from audits.tlog.commitment import check_commitment
from audits.tlog.consistency import check_consistency
from audits.tlog.documents import load_json, text_of
from audits.tlog.encoding import MAX_NUMBER, from_base64, parse_hash, to_base64
from audits.tlog.field import Field, disclosed_fields, joined, parse_fields
from audits.tlog.hashing import ProofInvalid
from audits.tlog.note import Verifier
from audits.tlog.rotation import Rotation

FORMAT = "probatum-event-bundle-v1"
FORMAT_2 = "probatum-event-bundle-v2"
FORMATS = FORMAT, FORMAT_2
"""Has parts that are disclosed by field; readers of the first format refuse it."""
MAX_BUNDLE = 64 << 20
_KEYS = {
    "format", "log", "vkey", "index", "entry", "proof", "parts", "anchor", "since",
    "erased", "rotations",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """A disclosed payload part: what it is, the salt that hid it, its bytes.

    One that the entry commits to by field has fields instead of bytes.
    """

    role: str
    salt: bytes
    data: bytes = b""
    fields: tuple[Field | bytes, ...] = ()
    """Each field that is disclosed, and the digest of each that is not."""

    def document(self) -> dict[str, Any]:
        """Return the part as it stands in a file."""
        document: dict[str, Any] = {"role": self.role, "salt": to_base64(self.salt)}
        if self.fields:
            document["fields"] = [
                to_base64(each) if isinstance(each, bytes) else each.document()
                for each in self.fields
            ]
        else:
            document["data"] = to_base64(self.data)
        return document


@dataclass(frozen=True, slots=True)
class Since:
    """An older checkpoint of the log, and the proof that the log only grew since."""

    checkpoint: bytes
    path: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class ErasedBy:
    """The later entry that says the payload was erased, its proof, and its list."""

    index: int
    entry: bytes
    proof: bytes
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class EventBundle:
    """What a bundle claims; nothing in it is checked yet."""

    log: str
    vkey: str
    index: int
    entry: bytes
    proof: bytes
    parts: tuple[Part, ...] = ()
    anchor: Anchor | None = None
    since: Since | None = None
    erased: ErasedBy | None = None
    rotations: tuple[Rotation, ...] = ()
    """How the log's key changed, for a reader who has an older one."""

    def to_bytes(self) -> bytes:
        """Return the bundle's file."""
        by_field = any(part.fields for part in self.parts)
        document: dict[str, Any] = {
            "format": FORMAT_2 if by_field else FORMAT,
            "log": self.log,
            "vkey": self.vkey,
            "index": self.index,
            "entry": to_base64(self.entry),
            "proof": self.proof.decode(),
            "parts": [part.document() for part in self.parts],
        }
        if self.anchor is not None:
            document["anchor"] = self.anchor.document()
        if self.since is not None:
            document["since"] = {
                "checkpoint": self.since.checkpoint.decode(),
                "path": [to_base64(each) for each in self.since.path],
            }
        if self.erased is not None:
            document["erased"] = {
                "index": self.erased.index,
                "entry": to_base64(self.erased.entry),
                "proof": self.erased.proof.decode(),
                "parts": [part.document() for part in self.erased.parts],
            }
        if self.rotations:
            document["rotations"] = [each.document() for each in self.rotations]
        return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()


@dataclass(slots=True)
class Disclosure:
    """How the disclosed parts compare with what the entry commits to."""

    held: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    undisclosed: list[str] = field(default_factory=list)


def _bytes(document: Any, key: str, where: str) -> bytes:
    return from_base64(text_of(document, key, where), f'"{key}" of {where}')


def parse_parts(document: Any) -> list[Part]:
    """Return the parts in a list, or one alone, as `Part.document` makes them."""
    items = document if isinstance(document, list) else [document]
    return [_part(item, f"part {at}") for at, item in enumerate(items)]


def _part(item: Any, where: str) -> Part:
    role, salt = text_of(item, "role", where), _bytes(item, "salt", where)
    if "fields" in item:
        return Part(role, salt, fields=parse_fields(item["fields"], where))
    return Part(role, salt, _bytes(item, "data", where))


def parse(data: bytes) -> EventBundle:
    """Return the bundle in a file, unchecked; ProofInvalid when it is none."""
    if len(data) > MAX_BUNDLE:
        raise ProofInvalid(f"the bundle has {len(data)} bytes, {MAX_BUNDLE} fit")
    document, where = load_json(data, "the bundle"), "the bundle"
    if text_of(document, "format", where) not in FORMATS:
        raise ProofInvalid(f"the bundle's format is not {FORMAT!r} or {FORMAT_2!r}")
    if surplus := sorted(set(document) - _KEYS):
        raise ProofInvalid(f"the bundle has unknown keys: {', '.join(surplus)[:200]}")
    index = _index(document, where)
    return EventBundle(
        text_of(document, "log", where),
        text_of(document, "vkey", where),
        index,
        _bytes(document, "entry", where),
        text_of(document, "proof", where).encode(),
        tuple(parse_parts(document.get("parts", []))),
        anchor.parse(document["anchor"]) if "anchor" in document else None,
        _since(document["since"]) if "since" in document else None,
        _erased(document["erased"]) if "erased" in document else None,
        tuple(rotation.parse_all(document.get("rotations", []), '"rotations"')),
    )


def _index(document: Any, where: str) -> int:
    index = document.get("index") if isinstance(document, dict) else None
    if type(index) is not int or not 0 <= index <= MAX_NUMBER:
        raise ProofInvalid(f'{where} has no entry number under "index"')
    return index


def _erased(document: Any) -> ErasedBy:
    where = '"erased" of the bundle'
    index = _index(document, where)
    return ErasedBy(
        index,
        _bytes(document, "entry", where),
        text_of(document, "proof", where).encode(),
        tuple(parse_parts(document.get("parts", []))),
    )


def _since(document: Any) -> Since:
    where = '"since" of the bundle'
    note = text_of(document, "checkpoint", where)
    path = document.get("path")
    if not (isinstance(path, list) and all(isinstance(each, str) for each in path)):
        raise ProofInvalid(f"{where} has no list of hashes")
    hashes = tuple(parse_hash(each, f"hash {n}") for n, each in enumerate(path))
    return Since(note.encode(), hashes)


def check_since(found: EventBundle, log: Verifier) -> tuple[int, int]:
    """Raise ProofInvalid unless the log of the proof begins with the older one.

    Return both sizes.
    """
    if found.since is None:
        raise ProofInvalid("the bundle has no older checkpoint")
    old = open_checkpoint(found.since.checkpoint, log).checkpoint
    new = open_checkpoint(proof.parse(found.proof).note, log).checkpoint
    check_consistency(old.size, new.size, old.root, new.root, found.since.path)
    return old.size, new.size


def _commitments(entry: bytes) -> list[dict[str, Any]]:
    """Return the entry's "pay" list: {"role", "com" (hex), "len" (bytes)} each."""
    document = load_json(entry, "the entry")
    listed = document.get("pay", []) if isinstance(document, dict) else None
    if not isinstance(listed, list) or not all(isinstance(i, dict) for i in listed):
        raise ProofInvalid('the entry has no list of commitments under "pay"')
    return listed


def check_part(part: Part, committed: dict[str, Any]) -> None:
    """Raise ProofInvalid unless the part is what the entry committed to."""
    by_field = committed.get("by") == "field"
    if by_field != bool(part.fields) or committed.get("by", "field") != "field":
        raise ProofInvalid(
            f"part {part.role!r} is disclosed {'by field' if part.fields else 'whole'},"
            f" the entry commits to it {'by field' if by_field else 'otherwise'}"
        )
    data = joined(part.fields) if by_field else part.data
    if committed.get("len") != len(data):
        raise ProofInvalid(
            f"part {part.role!r} has {len(data)} bytes, "
            f"the entry says {committed.get('len')}"
        )
    try:
        commitment = bytes.fromhex(committed["com"])
    except (KeyError, TypeError, ValueError) as error:
        raise ProofInvalid(
            f"the entry's commitment to {part.role!r} is none"
        ) from error
    try:
        check_commitment(part.salt, data, commitment)
    except ProofInvalid as error:
        raise ProofInvalid(f"part {part.role!r}: {error}") from error


def disclose(entry: bytes, parts: Sequence[Part]) -> Disclosure:
    """Compare disclosed parts with the entry's commitments, each used once at most."""
    found, left = Disclosure(), _commitments(entry)
    for part in parts:
        same = [each for each in left if each.get("role") == part.role]
        if not same:
            found.faults.append(f"the entry commits to no (other) part {part.role!r}")
            continue
        left.remove(same[0])
        try:
            check_part(part, same[0])
            fields = disclosed_fields(part.fields, part.role)
        except ProofInvalid as error:
            found.faults.append(str(error))
            continue
        if not part.fields:
            found.held.append(f"part {part.role!r} ({len(part.data)} bytes)")
        found.held += fields.disclosed
        found.undisclosed += fields.hidden
    found.undisclosed += _names(left)
    return found


def _names(committed: Iterable[dict[str, Any]]) -> list[str]:
    return [f"part {str(each.get('role'))[:80]!r}" for each in committed]
