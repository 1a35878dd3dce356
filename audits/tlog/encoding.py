"""Strict readers for the text of notes, checkpoints and proofs.

One value has one spelling here: a decoder that forgives lets two different files
pass for the same evidence.
"""

import binascii
from base64 import b64decode, b64encode

from audits.tlog.hashing import HASH_SIZE, ProofInvalid

MAX_NUMBER = 2**63 - 1
"""Largest size, index or time; what the formats' 64-bit readers accept."""


def to_base64(data: bytes) -> str:
    """Return RFC 4648 section 4 base64, with padding."""
    return b64encode(data).decode()


def from_base64(text: str, what: str) -> bytes:
    """Return the bytes; raise ProofInvalid, naming `what`, unless canonical."""
    try:
        data = b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ProofInvalid(f"{what} is not base64: {text[:80]!r}") from error
    if to_base64(data) != text:
        raise ProofInvalid(f"{what} is not canonical base64: {text[:80]!r}")
    return data


def parse_hash(text: str, what: str) -> bytes:
    """Return the 32 bytes of a base64 hash, or raise ProofInvalid."""
    data = from_base64(text, what)
    if len(data) != HASH_SIZE:
        raise ProofInvalid(f"{what} has {len(data)} bytes, a hash has {HASH_SIZE}")
    return data


def parse_number(text: str, what: str) -> int:
    """Return a decimal without sign or leading zeros, or raise ProofInvalid."""
    plain = text.isascii() and text.isdigit() and len(text) <= len(str(MAX_NUMBER))
    if not plain or (text[0] == "0" and text != "0") or int(text) > MAX_NUMBER:
        raise ProofInvalid(f"{what} is not a plain decimal number: {text[:80]!r}")
    return int(text)


def decode_text(data: bytes, what: str) -> str:
    """Return UTF-8 text whose only control character is LF, or raise ProofInvalid."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise ProofInvalid(f"{what} is not UTF-8 at byte {error.start}") from error
    for at, character in enumerate(text):
        if character < " " and character != "\n":
            raise ProofInvalid(
                f"{what} holds control character {ord(character):#04x} at "
                f"character {at} (line {text.count(chr(10), 0, at) + 1})"
            )
    return text
