"""How a payload is stored: sealed, so that without its key it is nothing.

    2 || label[16] || AES-256-GCM(key, nonce 0, parts, aad = the log's origin)
    key[32] || salt[32] of the first part || … = SHAKE256(domain || secret || label)

`secret` is the subject's key, and the random label gives each entry a key of its own,
which encrypts one message and so may have a fixed nonce. The salts of the commitments
come from the same secret: once it is gone, so are they, and what an entry commits to
can no longer be found by guessing. `parts` is a JSON object, role -> committed bytes.

With 3 instead of 2, the parts are committed to by field, so that a single field can be
disclosed later, and the salts of their fields follow in the stream. Each hash costs
time on the way in, so a source asks for it.
"""

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import shake_256
from itertools import islice

import msgspec
import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from audits.tlog import bundle
from audits.tlog.commitment import SALT_SIZE, commit, commit_field, part_salt
from audits.tlog.field import Field, digest_of, names_of

_DOMAIN = b"probatum-payload-v2\0"
_NONCE = bytes(12)
_LABEL, _KEY = 16, 32
_SALTS_INSIDE, _SALTS_DERIVED, _BY_FIELD = b"\x01", b"\x02", b"\x03"
# LIMIT: an object with more members is one field. Never change it: what was committed
# to is split again by the same rule.
_MOST_MEMBERS = 100
_encode_parts = msgspec.json.Encoder().encode
_decode_parts = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


class SealBroken(Exception):
    """A stored payload does not open: it was changed, or belongs to another key."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its exact bytes, the salt of its commitment, and of its fields."""

    role: str
    salt: bytes
    data: bytes
    fields: tuple[Field, ...] = ()

    def value(self) -> object:
        return orjson.loads(self.data)

    def names(self) -> list[tuple[str, ...]]:
        """The names that lead to each field; none when it is committed to whole."""
        return [names_of(each.data) for each in self.fields]

    def disclosed(self, shown: Collection[int] | None = None) -> bundle.Part:
        """The part as a bundle has it: with all fields, or with those numbers only."""
        if not self.fields:
            return bundle.Part(self.role, self.salt, self.data)
        fields = [
            each if shown is None or n in shown else each.digest
            for n, each in enumerate(self.fields)
        ]
        # Their order would tell which of the usual fields are not shown.
        fields.sort(key=digest_of)
        return bundle.Part(self.role, self.salt, fields=tuple(fields))


def seal(
    secret: bytes, origin: bytes, parts: Mapping[str, bytes], label: bytes
) -> tuple[bytes, list[dict[str, object]]]:
    """Encrypt the parts; returns what is stored, and what the leaf says of each part.

    Each value is JSON text. SECURITY: the label is random, and for this entry alone.
    """
    stream = _stream(secret, label, len(parts))
    at, pay = _KEY, []
    for role, data in parts.items():
        com = commit(stream[at : at + SALT_SIZE], data).hex()
        pay.append({"com": com, "len": len(data), "role": role})
        at += SALT_SIZE
    return _SALTS_DERIVED + label + _hidden(stream, origin, parts), pay


def seal_by_field(
    secret: bytes, origin: bytes, parts: Mapping[str, bytes], label: bytes
) -> tuple[bytes, list[dict[str, object]]]:
    """The same, with commitments by field. Each value is a JSON object."""
    named = {role: _fields(data) for role, data in parts.items()}
    stream = _stream(secret, label, len(named) + sum(map(len, named.values())))
    own, at, pay = _KEY, _KEY + SALT_SIZE * len(named), []
    for role, fields in named.items():
        digests = []
        for each in fields:
            digests.append(commit_field(stream[at : at + SALT_SIZE], each))
            at += SALT_SIZE
        digests.sort()
        com = commit(stream[own : own + SALT_SIZE], b"".join(digests)).hex()
        own += SALT_SIZE
        pay.append({"by": "field", "com": com, "len": 32 * len(digests), "role": role})
    return _BY_FIELD + label + _hidden(stream, origin, parts), pay


def _hidden(stream: bytes, origin: bytes, parts: Mapping[str, bytes]) -> bytes:
    body = _encode_parts({role: msgspec.Raw(data) for role, data in parts.items()})
    return AESGCM(stream[:_KEY]).encrypt(_NONCE, body, origin)


def new_labels(count: int) -> Iterator[bytes]:
    """So many labels. A whole batch's are drawn at once: each draw is a system call."""
    drawn = os.urandom(_LABEL * count)
    return (drawn[at : at + _LABEL] for at in range(0, len(drawn), _LABEL))


def unseal(secret: bytes, origin: bytes, sealed: bytes) -> list[Part]:
    """The parts in their order; SealBroken when these bytes were not sealed so."""
    label, hidden = sealed[1 : 1 + _LABEL], sealed[1 + _LABEL :]
    try:
        key = _stream(secret, label, 0)
        body = AESGCM(key).decrypt(_NONCE, hidden, origin)
    except (InvalidTag, ValueError) as error:
        raise SealBroken("the stored payload does not open") from error
    if sealed.startswith(_SALTS_INSIDE):
        return _with_a_seed(body)
    parts = _decode_parts(body)
    if sealed.startswith(_BY_FIELD):
        return _parts_by_field(secret, label, parts)
    return _parts(parts, _salts(secret, label, len(parts)))


def seal_with_a_seed(secret: bytes, origin: bytes, seed: bytes, body: bytes) -> bytes:
    """Seal what was once stored in the clear, with the seed of its salts."""
    label = os.urandom(_LABEL)
    key = _stream(secret, label, 0)
    return _SALTS_INSIDE + label + AESGCM(key).encrypt(_NONCE, seed + body, origin)


def _with_a_seed(body: bytes) -> list[Part]:
    seed, parts = body[:SALT_SIZE], _decode_parts(body[SALT_SIZE:])
    return _parts(parts, [part_salt(seed, role) for role in parts])


def _parts(parts: Mapping[str, msgspec.Raw], salts: Sequence[bytes]) -> list[Part]:
    pairs = zip(parts.items(), salts, strict=True)
    return [Part(role, salt, bytes(data)) for (role, data), salt in pairs]


def _parts_by_field(
    secret: bytes, label: bytes, parts: Mapping[str, bytes | msgspec.Raw]
) -> list[Part]:
    """The parts with the salts of their fields, as they were given out when sealed."""
    named = {role: _fields(bytes(data)) for role, data in parts.items()}
    count = len(named) + sum(map(len, named.values()))
    salts = iter(_salts(secret, label, count))
    own = list(islice(salts, len(named)))
    return [
        Part(role, salt, bytes(parts[role]), tuple(map(Field, salts_of, fields)))
        for (role, fields), salt in zip(named.items(), own, strict=True)
        for salts_of in [list(islice(salts, len(fields)))]
    ]


def _fields(data: bytes) -> list[bytes]:
    """The fields of a part: its members, and the members of those that are objects."""
    found = []
    for name, raw in _decode_parts(data).items():
        value, key = bytes(raw), orjson.dumps(name)
        inner = _decode_parts(value) if value[:1] == b"{" else {}
        if 0 < len(inner) <= _MOST_MEMBERS:
            found += [
                b"[%s,%s,%s]" % (key, orjson.dumps(below), each)
                for below, each in inner.items()
            ]
        else:
            found.append(b"[%s,%s]" % (key, value))
    return found


def _stream(secret: bytes, label: bytes, salts: int) -> bytes:
    return shake_256(_DOMAIN + secret + label).digest(_KEY + SALT_SIZE * salts)


def _salts(secret: bytes, label: bytes, count: int) -> list[bytes]:
    stream = _stream(secret, label, count)
    ends = range(_KEY, len(stream), SALT_SIZE)
    return [stream[at : at + SALT_SIZE] for at in ends]
