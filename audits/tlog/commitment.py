"""What a leaf says of a payload without containing it.

A leaf holds salted commitments, so that a payload can be erased later without
breaking a proof, and so that nobody can guess a short payload from its hash.
"""

import hmac
from hashlib import sha256

from audits.tlog.hashing import ProofInvalid

SALT_SIZE = 32
"""Bytes of a salt, and of the seed from which an entry's salts are derived."""


def commit(salt: bytes, payload: bytes) -> bytes:
    """Return SHA-256("probatum-payload-v1" || 0x00 || salt || payload).

    Raise ValueError unless the salt has 32 bytes: with a salt of any length, bytes
    could move between salt and payload without changing the commitment.
    """
    if len(salt) != SALT_SIZE:
        raise ValueError(f"a salt has {SALT_SIZE} bytes, found {len(salt)}")
    return sha256(b"probatum-payload-v1\0" + salt + payload).digest()


def commit_field(salt: bytes, named: bytes) -> bytes:
    """Return SHA-256("probatum-field-v1" || 0x00 || salt || named).

    `named` is a JSON array: the names that lead to the value, and the value. A part
    that is committed to by field commits to these digests, joined in ascending order,
    so that each field can be disclosed without the others. Raise ValueError as above.
    """
    if len(salt) != SALT_SIZE:
        raise ValueError(f"a salt has {SALT_SIZE} bytes, found {len(salt)}")
    return sha256(b"probatum-field-v1\0" + salt + named).digest()


def part_salt(seed: bytes, role: str) -> bytes:
    """Return the salt of one part of an entry: HMAC-SHA256(seed, role).

    One seed per entry is stored; a part is disclosed with its own salt, which says
    nothing of the salts of the other parts.
    """
    if len(seed) != SALT_SIZE:
        raise ValueError(f"a seed has {SALT_SIZE} bytes, found {len(seed)}")
    return hmac.digest(seed, role.encode(), "sha256")


def check_commitment(salt: bytes, payload: bytes, commitment: bytes) -> None:
    """Raise ProofInvalid unless `commitment` was made of this salt and payload."""
    if len(salt) != SALT_SIZE:
        raise ProofInvalid(f"a salt has {SALT_SIZE} bytes, found {len(salt)}")
    found = commit(salt, payload)
    if found != commitment:
        raise ProofInvalid(
            f"salt and payload give commitment {found.hex()}, "
            f"the entry holds {commitment.hex()}"
        )
