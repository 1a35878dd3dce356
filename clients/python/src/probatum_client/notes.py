"""Signed notes and checkpoints, as far as a receipt needs them (c2sp.org/signed-note,
c2sp.org/tlog-checkpoint)."""

from __future__ import annotations

import binascii
import hashlib
from base64 import b64decode

from probatum_client.errors import ReceiptInvalid

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    CAN_VERIFY = True
except ImportError:
    CAN_VERIFY = False

ED25519 = b"\1"
KEY_ID = 4  # bytes
SIGNATURE_LINE = "\N{EM DASH} "


def read_checkpoint(note: str) -> tuple[str, int, bytes]:
    """Return origin, size and root of a checkpoint."""
    lines = _text(note).split("\n")
    try:
        return lines[0], int(lines[1]), b64decode(lines[2], validate=True)
    except (IndexError, ValueError) as reason:
        raise ReceiptInvalid(
            "The checkpoint does not have the lines origin, size and root."
        ) from reason


def check_signature(note: str, vkey: str | None) -> str:
    """Return "valid", or "not checked" with the reason; raise ReceiptInvalid if the
    note is not signed by this key."""
    if vkey is None:
        return "not checked: no verifier key was given"
    name, key_id, public = _read_vkey(vkey)
    signature = _signature_of(note, name, key_id)
    if not CAN_VERIFY:
        return "not checked: the package cryptography is not installed"
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(
            signature, _text(note).encode()
        )
    except InvalidSignature as reason:
        raise ReceiptInvalid(f"The signature of {name} is not valid.") from reason
    return "valid"


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
    if key[:1] != ED25519 or len(key) != 33:
        raise ReceiptInvalid("The verifier key is not an Ed25519 key.")
    return name, wanted, key[1:]


def _signature_of(note: str, name: str, key_id: bytes) -> bytes:
    for line in note.rpartition("\n\n")[2].splitlines():
        if not line.startswith(f"{SIGNATURE_LINE}{name} "):
            continue
        try:
            signed = b64decode(line.rsplit(" ", 1)[1], validate=True)
        except binascii.Error:
            continue
        if signed[:KEY_ID] == key_id:
            return signed[KEY_ID:]
    raise ReceiptInvalid(f"The checkpoint is not signed by {name}.")
