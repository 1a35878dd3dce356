"""RFC 3161 time stamps: what one says, which is not yet that it is true.

Who signed a time stamp, and whether that certificate was good, needs X.509 and so more
than the standard library. What is read here decides only which file it is about.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from audits.tlog.hashing import ProofInvalid

MAX_STAMP = 1 << 16
INTEGER, OCTETS, OID, TIME = 0x02, 0x04, 0x06, 0x18
SEQUENCE, SET, FIRST = 0x30, 0x31, 0xA0
SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
TST_INFO = bytes.fromhex("2a864886f70d0109100104")
SHA256 = bytes.fromhex("608648016503040201")
TIME_FORM = re.compile(rb"(\d{14})(?:\.(\d+))?Z")
GRANTED = (0, 1)
"""Granted as asked, or with modifications."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a time stamp says, unchecked."""

    digest: bytes
    """SHA-256 of what was stamped."""
    at: datetime
    signed: bytes
    """The content of its SignedData, for those who check the signer."""

    def check(self, stamped: bytes) -> None:
        """Raise ProofInvalid unless the time stamp is about these bytes."""
        if sha256(stamped).digest() != self.digest:
            raise ProofInvalid(
                f"the time stamp is of a file with SHA-256 {self.digest.hex()}, "
                "not of this one"
            )


def elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield tag and content of the DER elements in `data`, one after another."""
    at = 0
    while at < len(data):
        tag, head = data[at], data[at + 1 : at + 2]
        if not head or tag & 0x1F == 0x1F:
            raise ProofInvalid("the time stamp is not DER")
        size, at = head[0], at + 2
        if size & 0x80:
            count = size & 0x7F
            length = data[at : at + count]
            at, size = at + count, int.from_bytes(length, "big")
            # One way to write each length, and none without an end.
            if not 0 < len(length) == count <= 4 or size < 0x80 or not length[0]:
                raise ProofInvalid("the time stamp is not DER")
        if at + size > len(data):
            raise ProofInvalid("the time stamp ends early")
        yield tag, data[at : at + size]
        at += size


def take(data: bytes, *tags: int) -> list[bytes]:
    """Return the contents of the first elements, which must have these tags."""
    found = list(elements(data))
    if tuple(tag for tag, _content in found[: len(tags)]) != tags:
        raise ProofInvalid("the time stamp is not built as RFC 3161 has it")
    return [content for _tag, content in found[: len(tags)]]


def parse_stamp(data: bytes) -> Stamp:
    """Return what a reply of a time-stamping authority says, unchecked.

    Raise ProofInvalid when it is none, or grants nothing.
    """
    if len(data) > MAX_STAMP:
        raise ProofInvalid(f"the time stamp has more than {MAX_STAMP} bytes")
    if len(list(elements(data))) != 1:
        raise ProofInvalid("the time stamp is not one DER sequence")
    [reply] = take(data, SEQUENCE)
    [state] = take(reply, SEQUENCE)
    status = int.from_bytes(take(state, INTEGER)[0], "big")
    if status not in GRANTED:
        raise ProofInvalid(f"the time stamp was not granted: status {status}")
    _state, token = take(reply, SEQUENCE, SEQUENCE)
    kind, wrapped = take(token, OID, FIRST)
    [signed] = take(wrapped, SEQUENCE)
    _version, _digests, content = take(signed, INTEGER, SET, SEQUENCE)
    what, wrapped = take(content, OID, FIRST)
    if (kind, what) != (SIGNED_DATA, TST_INFO):
        raise ProofInvalid("the reply holds something else than a time stamp")
    [info] = take(take(wrapped, OCTETS)[0], SEQUENCE)
    return _said(info, signed)


def _said(info: bytes, signed: bytes) -> Stamp:
    parts = take(info, INTEGER, OID, SEQUENCE, INTEGER, TIME)
    algorithm, digest = take(parts[2], SEQUENCE, OCTETS)
    if take(algorithm, OID) != [SHA256] or len(digest) != sha256().digest_size:
        raise ProofInvalid("the time stamp is of no SHA-256")
    return Stamp(digest, _time(parts[4]), signed)


def _time(value: bytes) -> datetime:
    """Return a GeneralizedTime as DER has it: UTC, a fraction only when needed."""
    form = TIME_FORM.fullmatch(value)
    if form is None:
        raise ProofInvalid("the time stamp states no time as DER has it")
    whole, fraction = form[1].decode(), (form[2] or b"").decode()
    try:
        found = datetime.strptime(whole, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        return found.replace(microsecond=int(fraction[:6].ljust(6, "0")))
    except ValueError as error:
        raise ProofInvalid("the time stamp states no real time") from error
