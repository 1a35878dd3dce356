"""Signed notes and checkpoints, as far as a receipt needs them (c2sp.org/signed-note,
c2sp.org/tlog-checkpoint).

Signatures are checked with the package cryptography where it is installed, and else by
plain Python, which takes some milliseconds and finds the same.
"""

from __future__ import annotations

import binascii
import hashlib
from base64 import b64decode, b64encode
from collections.abc import Sequence

from probatum_client import ed25519
from probatum_client.errors import ReceiptInvalid

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    HAS_CRYPTOGRAPHY = True
except ImportError:
    HAS_CRYPTOGRAPHY = False

ED25519 = b"\1"
KEY_ID = 4  # bytes
SIGNATURE_LINE = "\N{EM DASH} "
Vkeys = str | Sequence[str]
"""A log's verifier key, or several: the old ones and the new one, after a rotation."""
MOST_DIGITS = 18  # LIMIT: no log has more entries than that


def read_checkpoint(note: str) -> tuple[str, int, bytes]:
    """Return origin, size and root of a checkpoint; one value has one spelling."""
    lines = _text(note).split("\n")
    try:
        origin, size, root = lines[:3]
        found = (origin, read_number(size), read_hash(root))
    except ValueError as reason:
        raise ReceiptInvalid(
            "The checkpoint does not have the lines origin, size and root."
        ) from reason
    return found


def read_number(text: str) -> int:
    """Return a plain decimal; ValueError for any other spelling."""
    if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
        raise ValueError(f"{text[:80]!r} is not a plain decimal number")
    if text != str(int(text)):
        raise ValueError(f"{text[:80]!r} has leading zeros")
    return int(text)


def read_hash(text: str) -> bytes:
    """Return the 32 bytes of a hash in base64; ValueError for anything else."""
    data = b64decode(text, validate=True)
    if len(data) != hashlib.sha256().digest_size or b64encode(data).decode() != text:
        raise ValueError(f"{text[:80]!r} is not a hash in base64")
    return data


def check_signature(note: str, vkey: Vkeys | None) -> str:
    """Return "valid", or "not checked" with the reason; raise ReceiptInvalid if the
    note is not signed by this key, or by one of several that the log has had."""
    if vkey is None:
        return "not checked: no verifier key was given"
    given = [vkey] if isinstance(vkey, str) else vkey
    keys = [_read_vkey(each) for each in given]
    found = False
    for name, key_id, public in keys:
        for signature in _signatures_of(note, name, key_id):
            if not _is_signed(public, _text(note).encode(), signature):
                raise ReceiptInvalid(f"The signature of {name} is not valid.")
            found = True
    if not found:
        names = " or ".join(f"{name}+{short.hex()}" for name, short, _public in keys)
        raise ReceiptInvalid(f"The checkpoint is not signed by {names}.")
    return "valid"


def _is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    if not HAS_CRYPTOGRAPHY:
        return ed25519.verify(public, message, signature)
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def _text(note: str) -> str:
    text, blank, _signatures = note.rpartition("\n\n")
    if not blank:
        raise ReceiptInvalid("The checkpoint carries no signature.")
    return text + "\n"


def _read_vkey(vkey: str) -> tuple[str, bytes, bytes]:
    try:
        name, key_id, encoded = vkey.strip().split("+", 2)
        key, wanted = b64decode(encoded, validate=True), bytes.fromhex(key_id)
    except ValueError as reason:
        raise ReceiptInvalid(
            "The verifier key is not of the form name+id+key."
        ) from reason
    if hashlib.sha256(f"{name}\n".encode() + key).digest()[:KEY_ID] != wanted:
        raise ReceiptInvalid("The verifier key's id does not belong to its key.")
    if key[:1] != ED25519 or not ed25519.is_public_key(key[1:]):
        raise ReceiptInvalid("The verifier key is not a safe Ed25519 key.")
    return name, wanted, key[1:]


def _signatures_of(note: str, name: str, key_id: bytes) -> list[bytes]:
    """Return what the note says was signed by this key. Lines of other keys are none
    of our business; a line that cannot be read is not by this key."""
    found = []
    for line in note.rpartition("\n\n")[2].splitlines():
        if not line.startswith(f"{SIGNATURE_LINE}{name} "):
            continue
        try:
            signed = b64decode(line.rsplit(" ", 1)[1], validate=True)
        except binascii.Error:
            continue
        if signed[:KEY_ID] == key_id:
            found.append(signed[KEY_ID:])
    return found
