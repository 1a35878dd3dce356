"""The keys of the subjects of a log: derived from a tree, taken away one by one.

A subject has a tag of 64 bits, and its key is the leaf of a tree of hashes at that tag
(Goldreich, Goldwasser, Micali 1986): child = SHA-256(node || digit), one digit of the
tag a level. So a log with a million subjects stores one hash, and meeting a new one
costs no row. To destroy one key, the nodes on its way are replaced by all that hang
beside it (puncturing; Boneh, Waters 2013): every other key is still derived, and
nothing that is left leads to that one.

The tree is stored wrapped under the key-encryption key, which is in no database.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b, sha256

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

TAG_SIZE = 8
"""Bytes of a tag. LIMIT: two of a hundred million subjects of one log share a tag,
and so are erased together, with a probability of 1 in 3,700."""
_DIGITS = "0123456789abcdef"
_CHILD = {digit: digit.encode() for digit in _DIGITS}
_DEPTH = 2 * TAG_SIZE
# LIMIT: the nodes of four digits, at most 65,536 of 32 bytes, are kept when met.
_SHORTCUT = 4
_KEK_ID, _NONCE = 4, 12


class KeyDestroyed(Exception):
    """The subject was erased: nothing that is left leads to its key."""


class KeysUnusable(Exception):
    """The keys of a log are gone, damaged, or wrapped under a key that is not set."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one log as they stand at one version."""

    origin: bytes
    version: int
    tag_key: bytes
    nodes: Mapping[str, bytes]
    """The hashes that are left, by the digits that lead to them from the root."""
    _met: dict[str, bytes] = field(default_factory=dict)

    @classmethod
    def new(cls, origin: str) -> "Keys":
        return cls(origin.encode(), 0, os.urandom(32), {"": os.urandom(32)})

    def tag(self, subject: str) -> bytes:
        """The tag of a subject; after each erasure it is another one.

        Without the log's own key nobody can tell whose it is.
        """
        return self.tag_after(self._tag(b"s0\0" + subject.encode()))

    def tag_after(self, tag: bytes) -> bytes:
        """The tag that whoever had this one has now: the same, until it is erased."""
        while self._above(tag.hex()) is None:
            tag = self._tag(b"e" + tag)
        return tag

    def nobodys_tag(self) -> bytes:
        """The tag of what is about no person."""
        return self._tag(b"n")

    def _tag(self, what: bytes) -> bytes:
        return blake2b(what, key=self.tag_key, digest_size=TAG_SIZE).digest()

    def key(self, tag: bytes) -> bytes:
        """The 32 bytes of the key; KeyDestroyed when it was taken away."""
        digits = tag.hex()
        start = digits[:_SHORTCUT]
        node = self._met.get(start)
        if node is None:
            found = self._above(digits)
            if found is None:
                raise KeyDestroyed(digits)
            if len(found) > _SHORTCUT:
                return _down(self.nodes[found], digits[len(found) :])
            node = _down(self.nodes[found], start[len(found) :])
            self._met[start] = node
        return _down(node, digits[_SHORTCUT:])

    def without(self, tag: bytes) -> "Keys":
        """The same keys but for one. KeyDestroyed when it was gone already."""
        digits = tag.hex()
        above = self._above(digits)
        if above is None:
            raise KeyDestroyed(digits)
        nodes = dict(self.nodes)
        node = nodes.pop(above)
        for depth in range(len(above), _DEPTH):
            way = digits[depth]
            for digit in _DIGITS.replace(way, ""):
                nodes[digits[:depth] + digit] = _down(node, digit)
            node = _down(node, way)
        return Keys(self.origin, self.version + 1, self.tag_key, nodes)

    def _above(self, digits: str) -> str | None:
        """Where the way to that key begins, if it still does."""
        for depth in range(_DEPTH + 1):
            if digits[:depth] in self.nodes:
                return digits[:depth]
        return None


def _down(node: bytes, digits: str) -> bytes:
    for digit in digits:
        node = sha256(node + _CHILD[digit]).digest()
    return node


def wrap(keys: Keys) -> bytes:
    """The keys as they are stored: the id of the wrapping key, a nonce, ciphertext."""
    kek_id, kek = _keks()[0]
    nonce = os.urandom(_NONCE)
    body = msgspec.msgpack.encode((keys.tag_key, keys.nodes))
    return kek_id + nonce + AESGCM(kek).encrypt(nonce, body, _bound_to(keys))


def unwrap(origin: str, version: int, wrapped: bytes) -> Keys:
    """The keys of a log; KeysUnusable when none that is set opens them."""
    # Under no key that is set, it opens as little as under a wrong one.
    kek = dict(_keks()).get(wrapped[:_KEK_ID], bytes(32))
    keys = Keys(origin.encode(), version, b"", {})
    nonce, hidden = wrapped[_KEK_ID:][:_NONCE], wrapped[_KEK_ID + _NONCE :]
    try:
        body = AESGCM(kek).decrypt(nonce, hidden, _bound_to(keys))
    except InvalidTag as error:
        raise KeysUnusable(
            f"The keys of the log {origin} are wrapped under the key-encryption key "
            f"{wrapped[:_KEK_ID].hex()}, which neither PAYLOAD_KEK nor "
            "PAYLOAD_KEKS_FORMER holds. Set the one that was in use; without it no "
            "payload of this log can be read."
        ) from error
    tag_key, nodes = msgspec.msgpack.decode(body, type=tuple[bytes, dict[str, bytes]])
    return Keys(keys.origin, version, tag_key, nodes)


def _bound_to(keys: Keys) -> bytes:
    return b"%s\0%d" % (keys.origin, keys.version)


def _keks() -> list[tuple[bytes, bytes]]:
    """The key-encryption keys, the one to wrap with first, each with its id."""
    found = []
    for secret in (settings.PAYLOAD_KEK, *settings.PAYLOAD_KEKS_FORMER):
        kek = HKDF(SHA256(), 32, salt=None, info=b"probatum payload kek v1").derive(
            secret.encode()
        )
        found.append((sha256(kek).digest()[:_KEK_ID], kek))
    return found
