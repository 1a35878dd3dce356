"""How a payload is stored: sealed, so that without its key it is nothing.

    2 || label[16] || AES-256-GCM(key, nonce 0, parts, aad = the log's origin)
    key[32] || salt[32] of the first part || … = SHAKE256(domain || secret || label)

`secret` is the subject's key, and the random label gives each entry a key of its own,
which encrypts one message and so may have a fixed nonce. The salts of the commitments
come from the same secret: once it is gone, so are they, and what an entry commits to
can no longer be found by guessing. `parts` is a JSON object, role -> committed bytes.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import shake_256

import msgspec
import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from audits.tlog.commitment import SALT_SIZE, commit, part_salt

_DOMAIN = b"probatum-payload-v2\0"
_NONCE = bytes(12)
_LABEL, _KEY = 16, 32
_SALTS_INSIDE, _SALTS_DERIVED = b"\x01", b"\x02"
_decode_parts = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


class SealBroken(Exception):
    """A stored payload does not open: it was changed, or belongs to another key."""


@dataclass(frozen=True, slots=True)
class Part:
    """One disclosed part: its exact bytes, and the salt of its commitment."""

    role: str
    salt: bytes
    data: bytes

    def value(self) -> object:
        return orjson.loads(self.data)


def seal(
    secret: bytes, origin: bytes, parts: Mapping[str, bytes]
) -> tuple[bytes, list[dict[str, object]]]:
    """Encrypt the parts; returns what is stored, and what the leaf says of each part.

    Each value is JSON text.
    """
    label = os.urandom(_LABEL)
    stream = _stream(secret, label, len(parts))
    at, pay, body = _KEY, [], []
    for role, data in parts.items():
        salt = stream[at : at + SALT_SIZE]
        at += SALT_SIZE
        com = commit(salt, data).hex()
        pay.append({"com": com, "len": len(data), "role": role})
        body.append(b'"%s":%s' % (role.encode(), data))
    hidden = AESGCM(stream[:_KEY]).encrypt(_NONCE, b"{%s}" % b",".join(body), origin)
    return _SALTS_DERIVED + label + hidden, pay


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


def _stream(secret: bytes, label: bytes, salts: int) -> bytes:
    return shake_256(_DOMAIN + secret + label).digest(_KEY + SALT_SIZE * salts)


def _salts(secret: bytes, label: bytes, count: int) -> list[bytes]:
    stream = _stream(secret, label, count)
    ends = range(_KEY, len(stream), SALT_SIZE)
    return [stream[at : at + SALT_SIZE] for at in ends]
