"""Payload parts: the bytes that leaves commit to, and how they are disclosed."""

import secrets
from dataclasses import dataclass

import msgspec
import orjson

from audits.log.models import Log
from audits.payloads.models import Payload
from audits.tlog.commitment import commit, part_salt

_decode_parts = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


@dataclass(frozen=True, slots=True)
class Sealed:
    """Parts ready to store, and the commitments that go into the leaf."""

    seed: bytes
    parts: bytes
    pay: list[dict[str, object]]


@dataclass(frozen=True, slots=True)
class Part:
    """One disclosed part: its exact bytes, and the salt of its commitment."""

    role: str
    salt: bytes
    data: bytes

    def value(self) -> object:
        return orjson.loads(self.data)


def seal_parts(parts: dict[str, bytes]) -> Sealed:
    """Commit to each part under its own salt; each value is JSON text.

    A salt is 32 bytes derived from a random seed of this entry, so that one part
    can be disclosed without opening the others.
    """
    seed = secrets.token_bytes(32)
    pay: list[dict[str, object]] = [
        {
            "com": commit(part_salt(seed, role), data).hex(),
            "len": len(data),
            "role": role,
        }
        for role, data in parts.items()
    ]
    body = b",".join(b'"%s":%s' % (role.encode(), data) for role, data in parts.items())
    return Sealed(seed, b"{" + body + b"}", pay)


def read_parts(log: Log, idx: int) -> list[Part]:
    """The disclosed parts of one entry; empty when they were erased."""
    row = Payload.objects.filter(log=log, idx=idx).first()
    return [] if row is None else opened(bytes(row.seed), bytes(row.parts))


def opened(seed: bytes, parts: bytes) -> list[Part]:
    """The parts out of a payload row's two columns."""
    return [
        Part(role, part_salt(seed, role), bytes(data))
        for role, data in _decode_parts(parts).items()
    ]
