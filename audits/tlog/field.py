"""Fields of a payload part that an entry commits to one by one.

A field is a JSON array: the names that lead to it, and its value, such as
``["output","score",0.81]``. What is not disclosed stands there as a digest, which
tells neither name nor value; that it exists is told, and so how many there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from audits.tlog.commitment import SALT_SIZE, commit_field
from audits.tlog.documents import load_json, text_of
from audits.tlog.encoding import from_base64, parse_hash, to_base64
from audits.tlog.hashing import ProofInvalid

MAX_NAME = 80


@dataclass(frozen=True, slots=True)
class Field:
    """A disclosed field: the salt that hid it, and its names and value as JSON."""

    salt: bytes
    data: bytes

    @property
    def digest(self) -> bytes:
        """What stands for the field where it is not disclosed."""
        return commit_field(self.salt, self.data)

    def document(self) -> dict[str, Any]:
        """Return the field as it stands in a file."""
        return {"salt": to_base64(self.salt), "data": to_base64(self.data)}


@dataclass(slots=True)
class Fields:
    """The fields of one part in words: those that are shown, and the others."""

    disclosed: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)


def parse_fields(document: Any, where: str) -> tuple[Field | bytes, ...]:
    """Return the fields in a list of {"salt", "data"} and of digests."""
    if not isinstance(document, list) or not document:
        raise ProofInvalid(f'"fields" of {where} is no list of fields')
    return tuple(
        _parse(each, f"field {n} of {where}") for n, each in enumerate(document)
    )


def _parse(document: Any, where: str) -> Field | bytes:
    if isinstance(document, str):
        return parse_hash(document, where)
    salt, data = (
        from_base64(text_of(document, key, where), f'"{key}" of {where}')
        for key in ("salt", "data")
    )
    if len(salt) != SALT_SIZE:
        raise ProofInvalid(f"{where}: a salt has {SALT_SIZE} bytes, found {len(salt)}")
    return Field(salt, data)


def joined(fields: Sequence[Field | bytes]) -> bytes:
    """Return what the part commits to: all digests, in ascending order."""
    return b"".join(sorted(map(digest_of, fields)))


def digest_of(each: Field | bytes) -> bytes:
    """Return the digest of a field, disclosed or not."""
    return each if isinstance(each, bytes) else each.digest


def names_of(data: bytes) -> tuple[str, ...]:
    """Return the names that lead to a field; ProofInvalid when it is none."""
    found = load_json(data, "a field")
    if not isinstance(found, list) or len(found) < 2:
        raise ProofInvalid("a disclosed field has no name and value")
    names = found[:-1]
    if not all(isinstance(each, str) for each in names):
        raise ProofInvalid("a disclosed field has a name that is no text")
    return tuple(names)


def disclosed_fields(fields: Sequence[Field | bytes], role: str) -> Fields:
    """Say which fields of a part are shown; ProofInvalid for two of the same name."""
    found, seen = Fields(), set()
    for each in fields:
        if isinstance(each, bytes):
            continue
        names = names_of(each.data)
        if names in seen:
            raise ProofInvalid(f"part {role!r} has the field {_words(names)} twice")
        seen.add(names)
        found.disclosed.append(
            f"field {_words(names)} of part {role!r} ({len(each.data)} bytes)"
        )
    if others := len(fields) - len(seen):
        many = "1 other field" if others == 1 else f"{others} other fields"
        found.hidden.append(f"{many} of part {role!r}")
    return found


def _words(names: Sequence[str]) -> str:
    return repr(".".join(names)[:MAX_NAME])
