"""Having the meta-log's cosigned checkpoint time-stamped (RFC 3161).

Whatever the authority answers is hostile until all of it was checked: it is about this
note and this request, of now, and signed by a key that our roots made a time stamper.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from http import HTTPStatus

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import (
    Certificate,
    ExtendedKeyUsage,
    ExtensionNotFound,
    load_der_x509_certificate,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.utils import timezone
from rfc3161_client import (
    HashAlgorithm,
    TimeStampRequest,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)
from rfc3161_client.tsp import TimeStampResponse
from structlog import get_logger

from audits.anchors.keys import Authority
from audits.anchors.models import TimeStamp
from audits.anchors.post import NoAnswer, post
from audits.log.models import Log
from audits.tlog import timestamp
from audits.tlog.checkpoint import parse
from audits.tlog.hashing import ProofInvalid
from audits.tlog.note import parse_note
from audits.tlog.timestamp import OCTETS, OID, SEQUENCE, SET, elements, take

logger = get_logger(__name__)
QUERY = "application/timestamp-query"
CLOCK_TOLERANCE = timedelta(minutes=5)
ATTRIBUTES = 0xA0
SIGNING_CERTIFICATE_V2 = bytes.fromhex("2a864886f70d010910022f")
# The status that says "granted", in DER, as the library alone knows it.
GRANTED = bytes.fromhex("3003020100")
# What a library written in Rust and a hostile DER may end in.
UNREADABLE = (ValueError, TypeError, LookupError, OverflowError)


class NotStamped(Exception):
    """The authority gave no time stamp that can be kept; says why."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A time stamp of which everything held."""

    tsa: str
    at: datetime


def ask_time_stamp(meta: Log, note: str, authority: Authority | None) -> bool:
    """Have the cosigned note stamped, unless it was; tells whether it is new.

    A failure is logged, and asked again with the next checkpoint.
    """
    if authority is None or _is_stamped(meta, note):
        return False
    request = _request(note.encode())
    try:
        reply = _ask(authority, request)
        found = check_reply(reply, request, note.encode(), authority)
    except NotStamped as error:
        logger.warning("time_stamp_failed", tsa=authority.url, reason=str(error))
        return False
    TimeStamp.objects.create(
        log=meta,
        size=parse(parse_note(note.encode()).text).size,
        tsa=found.tsa,
        note=note,
        token=reply,
        gen_time=found.at,
    )
    return True


def _is_stamped(meta: Log, note: str) -> bool:
    newest = TimeStamp.objects.filter(log=meta).order_by("-size", "-pk").first()
    return newest is not None and newest.note == note


def _request(note: bytes) -> TimeStampRequest:
    build = TimestampRequestBuilder().data(note).hash_algorithm(HashAlgorithm.SHA256)
    return build.nonce(nonce=True).cert_request(cert_request=True).build()


def _ask(authority: Authority, request: TimeStampRequest) -> bytes:
    try:
        status, reply = post(
            authority.url, request.as_bytes(), QUERY, most=timestamp.MAX_STAMP
        )
    except NoAnswer as error:
        raise NotStamped(str(error)) from error
    if status != HTTPStatus.OK:
        raise NotStamped(f"it answered {status}")
    return reply


def check_reply(
    reply: bytes, request: TimeStampRequest, note: bytes, authority: Authority
) -> Checked:
    """Return who stamped the note, and when; raise NotStamped with the first fault."""
    try:
        stamp = timestamp.parse_stamp(reply)
        stamp.check(note)
        response = decode_timestamp_response(_as_granted(reply))
        _check_signed(response, request, note, authority)
        signer = _signer(response)
        _check_purpose(signer)
        _check_names(stamp.signed, signer)
    except (ProofInvalid, VerificationError) as error:
        raise NotStamped(str(error)) from error
    except UNREADABLE as error:
        raise NotStamped(f"it cannot be read: {error}") from error
    if abs(stamp.at - timezone.now()) > CLOCK_TOLERANCE:
        raise NotStamped(f"it states {stamp.at.isoformat()}, far from our clock")
    return Checked(_name(signer), stamp.at)


def _as_granted(reply: bytes) -> bytes:
    """The reply with status 0 in the place of 0 or 1, which was read before."""
    _state, token = take(take(reply, SEQUENCE)[0], SEQUENCE, SEQUENCE)
    return _sequence(GRANTED + _sequence(token))


def _sequence(content: bytes) -> bytes:
    size = len(content).to_bytes((len(content).bit_length() + 7) // 8 or 1, "big")
    short = len(content) < 0x80
    return b"\x30" + (size if short else bytes([0x80 | len(size)]) + size) + content


def _check_signed(
    response: TimeStampResponse,
    request: TimeStampRequest,
    note: bytes,
    authority: Authority,
) -> None:
    """The chain at the stated time, signature, nonce and imprint."""
    builder = VerifierBuilder.from_request(request)
    for root in authority.roots:
        builder = builder.add_root_certificate(root)
    builder.build().verify(response, sha256(note).digest())


def _signer(response: TimeStampResponse) -> Certificate:
    """The one certificate in the reply that its one signature names."""
    [info] = response.signed_data.signer_infos
    named = (info.issuer, info.serial_number)
    sent = map(load_der_x509_certificate, response.signed_data.certificates)
    found = [each for each in sent if (each.issuer, each.serial_number) == named]
    if len(found) != 1:
        raise NotStamped("it does not hold the one certificate of its signer")
    return found[0]


def _check_purpose(signer: Certificate) -> None:
    """RFC 3161, 2.3: time-stamping, nothing else, and critical."""
    try:
        usage = signer.extensions.get_extension_for_class(ExtendedKeyUsage)
    except ExtensionNotFound as error:
        raise NotStamped("its certificate is not one for time stamps") from error
    if not usage.critical or list(usage.value) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        raise NotStamped("its certificate is not for time stamps alone")


def _check_names(signed: bytes, signer: Certificate) -> None:
    """RFC 5816: a signed attribute names the certificate, by SHA-256."""
    infos = [content for tag, content in elements(signed) if tag == SET][-1]
    [info] = take(infos, SEQUENCE)
    attributes = [content for tag, content in elements(info) if tag == ATTRIBUTES]
    named = []
    for _tag, attribute in elements(attributes[0]):
        kind, values = take(attribute, OID, SET)
        if kind == SIGNING_CERTIFICATE_V2:
            named.append(values)
    if len(named) != 1:
        raise NotStamped("it names its signer's certificate never or twice")
    [certificates] = take(take(named[0], SEQUENCE)[0], SEQUENCE)
    [first] = take(certificates, SEQUENCE)
    parts = list(elements(first))
    # Without a hash algorithm it is SHA-256.
    if parts[0][0] == SEQUENCE and take(parts[0][1], OID) == [timestamp.SHA256]:
        parts = parts[1:]
    wanted = (OCTETS, sha256(signer.public_bytes(Encoding.DER)).digest())
    if parts[0] != wanted:
        raise NotStamped("it names another certificate than its signer's")


def _name(signer: Certificate) -> str:
    names = signer.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else signer.subject.rfc4514_string()
