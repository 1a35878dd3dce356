"""COSE receipts (RFC 9942): the same proofs as in CBOR, signed as COSE_Sign1.

A receipt is signed with the log's key, as its checkpoints are. That is sound because
nobody can take one signature for the other: what a note signs is UTF-8 text, and what
a receipt signs begins with the byte 0x84 (an array of four), which begins no UTF-8.
Who signs a receipt signs exactly `to_be_signed`, and no bytes that came from outside.

RFC 9942 signs the root alone. That the entry is in the log follows; the tree's size
does not, where trees of two sizes have the same path. A .tlog-proof binds that too.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from audits.tlog import ed25519
from audits.tlog.cbor import Tagged, Value, decode, encode
from audits.tlog.consistency import check_consistency
from audits.tlog.hashing import HASH_SIZE, ProofInvalid, leaf_hash
from audits.tlog.note import Verifier
from audits.tlog.tree import root_from_path

SIGN1 = 18
ALGORITHM, KEY_ID, CLAIMS, TREE, PROOFS = 1, 4, 15, 395, 396
EDDSA = -8
RFC9162_SHA256 = 1
ISSUER = 1
INCLUSION, CONSISTENCY = -1, -2
MAX_RECEIPT = 1 << 14
MARK = b"\xd2\x84"
"""How each receipt begins: tag 18, an array of four."""


@dataclass(frozen=True, slots=True)
class Inclusion:
    """That an entry is at an index of the tree of a size."""

    size: int
    index: int
    path: tuple[bytes, ...]

    label = INCLUSION

    def values(self) -> list[Value]:
        """Return what the receipt says of it."""
        return [self.size, self.index, list(self.path)]


@dataclass(frozen=True, slots=True)
class Consistency:
    """That the tree of the new size begins with that of the old."""

    old: int
    new: int
    path: tuple[bytes, ...]

    label = CONSISTENCY

    def values(self) -> list[Value]:
        """Return what the receipt says of it."""
        return [self.old, self.new, list(self.path)]


Proof = Inclusion | Consistency


@dataclass(frozen=True, slots=True)
class Receipt:
    """One proof and the signature of the root that it leads to, unchecked."""

    protected: bytes
    proof: Proof
    signature: bytes

    def to_bytes(self) -> bytes:
        """Return the receipt's file."""
        shown: dict[int, Value] = {self.proof.label: [encode(self.proof.values())]}
        parts: list[Value] = [self.protected, {PROOFS: shown}, None, self.signature]
        return encode(Tagged(SIGN1, parts))


def protected_header(log: Verifier) -> bytes:
    """Return the header that is signed: algorithm, tree, and whose key it is."""
    claims: dict[int, Value] = {ISSUER: log.name}
    return encode(
        {ALGORITHM: EDDSA, KEY_ID: log.key_id, CLAIMS: claims, TREE: RFC9162_SHA256}
    )


def to_be_signed(protected: bytes, root: bytes) -> bytes:
    """Return the Sig_structure of RFC 9052 over a root that does not travel along."""
    if len(root) != HASH_SIZE:
        raise ValueError(f"a root has {HASH_SIZE} bytes")
    return encode(["Signature1", protected, b"", root])


def parse(data: bytes) -> Receipt:
    """Return the receipt in a file, unchecked; ProofInvalid when it is none."""
    if len(data) > MAX_RECEIPT:
        raise ProofInvalid(f"a receipt has at most {MAX_RECEIPT} bytes")
    match decode(data):
        case Tagged(
            tag=18,
            value=[bytes(protected), {396: {**kinds}}, None, bytes(signature)],
        ) if len(kinds) == 1:
            [(kind, listed)] = kinds.items()
        case _:
            raise ProofInvalid("this is no COSE receipt with one kind of proof")
    match decode(protected):
        case {1: -8, 395: 1}:
            return Receipt(protected, _proof(kind, listed), signature)
    raise ProofInvalid("the receipt is not signed by EdDSA over an RFC 9162 tree")


def _proof(kind: object, listed: object) -> Proof:
    match listed:
        case [bytes(encoded)]:
            found = decode(encoded)
        case _:
            raise ProofInvalid("a receipt has one proof")
    match found:
        case [int(first), int(second), [*path]] if min(first, second) >= 0:
            hashes = tuple(each for each in path if isinstance(each, bytes))
        case _:
            raise ProofInvalid("the receipt's proof has not two numbers and a path")
    if len(hashes) != len(path) or any(len(each) != HASH_SIZE for each in hashes):
        raise ProofInvalid("the receipt's path has something else than hashes")
    if kind == INCLUSION:
        return Inclusion(first, second, hashes)
    if kind == CONSISTENCY:
        return Consistency(first, second, hashes)
    raise ProofInvalid("the receipt has a kind of proof that is not known here")


def check_signature(receipt: Receipt, root: bytes, log: Verifier) -> None:
    """Raise ProofInvalid unless the log signed the receipt over this root."""
    message = to_be_signed(receipt.protected, root)
    if not any(
        ed25519.verify(each.public, message, receipt.signature) for each in log.keys
    ):
        raise ProofInvalid(
            f"the log {log.name} did not sign the root that the receipt leads to: the "
            "entry, the receipt or the key is another"
        )


def check_entry(receipt: Receipt, entry: bytes, log: Verifier) -> Inclusion:
    """Raise ProofInvalid unless `log` vouches for `entry`; return where it is."""
    found = receipt.proof
    if not isinstance(found, Inclusion):
        raise ProofInvalid("the receipt is about two states of the log, not an entry")
    root = root_from_path(found.index, found.size, leaf_hash(entry), found.path)
    check_signature(receipt, root, log)
    return found


def check_growth(receipt: Receipt, roots: Sequence[bytes], log: Verifier) -> None:
    """Raise ProofInvalid unless the log signed that one root's tree begins the other's.

    `roots` are those of the older and the newer state, which the reader has.
    """
    found = receipt.proof
    if not isinstance(found, Consistency):
        raise ProofInvalid("the receipt is about an entry, not two states of the log")
    old, new = roots
    check_consistency(found.old, found.new, old, new, found.path)
    check_signature(receipt, new, log)
