"""Ed25519 signatures (RFC 8032 section 5.1.6), for heartbeats.

`cryptography` signs where it is installed. Without it plain Python does: how long that
takes may tell something of the key to who shares the machine and measures it. Such a
key speaks for one lane of one spool, whose folder holds it.
"""

from __future__ import annotations

from hashlib import sha512

from probatum_client.ed25519 import BASE, IDENTITY, L, _encode, _two_products

try:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
except ImportError:
    Ed25519PrivateKey = None  # type: ignore[assignment,misc]


def public_of(seed: bytes) -> bytes:
    """Return the public key of a secret of 32 random bytes."""
    return _times(_scalar(sha512(seed).digest()[:32]))


def sign(seed: bytes, message: bytes) -> bytes:
    """Return the signature of a message."""
    if Ed25519PrivateKey is not None:
        return Ed25519PrivateKey.from_private_bytes(seed).sign(message)
    return sign_plainly(seed, message)


def sign_plainly(seed: bytes, message: bytes) -> bytes:
    """Return the same signature, with nothing but Python."""
    digest = sha512(seed).digest()
    secret, public = _scalar(digest[:32]), public_of(seed)
    nonce = int.from_bytes(sha512(digest[32:] + message).digest(), "little") % L
    commitment = _times(nonce)
    challenge = sha512(commitment + public + message).digest()
    answer = (nonce + int.from_bytes(challenge, "little") * secret) % L
    return commitment + answer.to_bytes(32, "little")


def _scalar(half: bytes) -> int:
    number = int.from_bytes(half, "little")
    return (number & (1 << 254) - 8 | 1 << 254) % L


def _times(scalar: int) -> bytes:
    return _encode(_two_products(scalar, BASE, 0, IDENTITY))
