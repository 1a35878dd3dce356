"""Time stamps of the meta-log, by an authority that may be hostile."""

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import time_machine
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, transaction
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder
from rfc3161_client._rust import parse_timestamp_request
from structlog.testing import capture_logs

from audits.anchors import keys, post
from audits.anchors.models import TimeStamp
from audits.anchors.tasks import anchor
from audits.anchors.timestamps import check_reply
from audits.tlog.hashing import ProofInvalid
from audits.tlog.note import parse_note
from audits.tlog.timestamp import MAX_STAMP, parse_stamp
from tests.audits.anchors.authority import NAME, Authority, Reply, serving
from tests.audits.anchors.test_meta_log import good as cosigning
from tests.audits.anchors.test_meta_log import grow, leaves, silent_server, witness
from tests.audits.tlog.naive import VECTORS
from tests.factories import World

RECORDED = VECTORS / "rfc3161"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.make(tmp_path_factory.mktemp("tsa") / "authority")


def test_a_recorded_time_stamp_holds_and_says_when() -> None:
    """Made by openssl and accepted by it (tests/vectors/rfc3161/README)."""
    reply, note = (RECORDED / "resp.tsr").read_bytes(), RECORDED / "checkpoint"
    request = parse_timestamp_request((RECORDED / "req.tsq").read_bytes())
    [root] = keys._authority("http://x", (str(RECORDED / "ca.pem"),)).roots
    asked = keys.Authority("http://x", (root,))
    stamp = parse_stamp(reply)
    assert stamp.digest == sha256(note.read_bytes()).digest()
    assert stamp.at == datetime(2026, 11, 23, 1, 7, 48, tzinfo=UTC)
    with time_machine.travel(stamp.at + timedelta(seconds=9), tick=False):
        checked = check_reply(reply, request, note.read_bytes(), asked)
    assert (checked.tsa, checked.at) == ("Test TSA 1", stamp.at)


def test_bytes_that_are_no_time_stamp_are_refused_and_never_crash() -> None:
    reply = (RECORDED / "resp.tsr").read_bytes()
    for end in range(0, len(reply), 7):
        with pytest.raises(ProofInvalid):
            parse_stamp(reply[:end])
    with pytest.raises(ProofInvalid):
        parse_stamp(reply + b"\0")
    for at in range(200):
        for bit in (1, 128):
            changed = bytearray(reply)
            changed[at] ^= bit
            try:
                parse_stamp(bytes(changed))
            except ProofInvalid:
                continue


def test_each_new_cosigned_note_is_stamped_once_and_openssl_agrees(
    world: World, settings: Any, authority: Authority, tmp_path: Path
) -> None:
    settings.TSA_ROOTS = [authority.roots]
    grow(world)
    failing = lambda _body: (503, b"")  # noqa: E731
    with (
        witness(settings, failing, cosigning),
        serving(authority.good) as (url, asked),
    ):
        settings.TSA_URL = url
        anchor()  # no witness yet: the note is stamped as it is
        anchor()  # cosigned now: another note of the same size
        anchor()  # nothing changed
    assert len(asked) == 2
    bare, cosigned = TimeStamp.objects.order_by("pk")
    assert bare.size == cosigned.size
    notes = [parse_note(each.note.encode()) for each in (bare, cosigned)]
    # The log signs twice: by Ed25519 and by ML-DSA-44.
    assert [len(each.signatures) for each in notes] == [2, 3]
    assert cosigned.tsa == NAME
    (tmp_path / "reply.tsr").write_bytes(bytes(cosigned.token))
    (tmp_path / "note").write_text(cosigned.note)
    subprocess.run(
        ["openssl", "ts", "-verify", "-in", tmp_path / "reply.tsr", "-data",
         tmp_path / "note", "-CAfile", authority.roots],
        check=True, capture_output=True,
    )  # fmt: skip
    with pytest.raises(DatabaseError), transaction.atomic():
        TimeStamp.objects.update(tsa="another")
    with pytest.raises(DatabaseError), transaction.atomic():
        TimeStamp.objects.all().delete()


def test_granted_with_modifications_is_granted(
    world: World, settings: Any, authority: Authority
) -> None:
    def modified(query: bytes) -> tuple[int, bytes]:
        return 200, authority.stamp(query).replace(b"\x02\x01\0", b"\x02\x01\1", 1)

    settings.TSA_ROOTS = [authority.roots]
    grow(world)
    with serving(modified) as (settings.TSA_URL, _asked):
        anchor()
    assert TimeStamp.objects.get().tsa == NAME


def _other(query: bytes, note: bytes | None = None) -> bytes:
    """A query of ours for the same or another file, with another nonce."""
    if note is not None:
        build = TimestampRequestBuilder().hash_algorithm(HashAlgorithm.SHA256)
        return build.data(note).build().as_bytes()
    return query[:-4] + bytes([query[-4] ^ 1]) + query[-3:]


Make = Callable[[Authority], Reply]
BAD: dict[str, tuple[Make, str]] = {
    "503": (lambda _tsa: lambda _q: (503, b""), "answered 503"),
    "redirect": (lambda _tsa: lambda _q: (302, b""), "answered 302"),
    "empty": (lambda _tsa: lambda _q: (200, b""), "not one DER sequence"),
    "noise": (lambda _tsa: lambda _q: (200, b"\x30\xff" * 400), "not DER"),
    "endless": (lambda _tsa: lambda _q: (200, b"0" * (MAX_STAMP + 2)), "more than"),
    "rejected": (
        lambda _tsa: lambda _q: (200, bytes.fromhex("30053003020102")),
        "not granted: status 2",
    ),
    "another nonce": (
        lambda tsa: lambda query: tsa.good(_other(query)),
        "Nonce mismatch",
    ),
    "another file": (
        lambda tsa: lambda query: tsa.good(_other(query, b"x")),
        "not of this one",
    ),
    "a certificate for servers": (
        lambda tsa: (
            lambda query: (
                200,
                tsa.with_usage(query, ExtendedKeyUsageOID.SERVER_AUTH),
            )
        ),
        "",
    ),
    "a certificate that ended": (
        lambda tsa: lambda query: (200, tsa.stamp(query, days=-1)),
        "Error while verifying certificates",
    ),
    "names another certificate": (
        lambda tsa: (
            lambda query: (
                200,
                tsa.signed_again(
                    tsa.stamp(query),
                    (
                        sha256(tsa.certificate().public_bytes(Encoding.DER)).digest(),
                        bytes(32),
                    ),
                ),
            )
        ),
        "names another certificate",
    ),
    "a changed time": (
        lambda tsa: (
            lambda query: (
                200,
                tsa.stamp(query).replace(b"\x18\x0f2", b"\x18\x0f3", 1),
            )
        ),
        "verif",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_hostile_reply_is_refused_with_its_reason_and_nothing_is_lost(
    world: World, settings: Any, authority: Authority, case: str
) -> None:
    make, why = BAD[case]
    settings.TSA_ROOTS = [authority.roots]
    grow(world)
    with serving(make(authority), authority.good) as (settings.TSA_URL, asked):
        with capture_logs() as said:
            anchor()
        assert len(asked) == 1
        assert not TimeStamp.objects.exists()
        [line] = [each for each in said if each["event"] == "time_stamp_failed"]
        assert why in line["reason"]
        assert leaves()
        anchor()
    assert TimeStamp.objects.get().tsa == NAME


def test_a_stamp_far_from_our_clock_or_of_another_root_is_refused(
    world: World, settings: Any, authority: Authority, tmp_path: Path
) -> None:
    settings.TSA_ROOTS = [authority.roots]
    grow(world)
    with serving(authority.good) as (settings.TSA_URL, _asked):
        ahead = datetime.now(UTC) + timedelta(minutes=6)
        with capture_logs() as said, time_machine.travel(ahead):
            anchor()
        settings.TSA_ROOTS = [Authority.make(tmp_path / "another").roots]
        with capture_logs() as said_then:
            anchor()
    assert "far from our clock" in str(said)
    assert "Error while verifying certificates" in str(said_then)
    assert not TimeStamp.objects.exists()


def test_an_authority_that_drips_is_hung_up_on(
    world: World, settings: Any, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(post, "WHOLE", 0.2)
    settings.TSA_ROOTS = [authority.roots]
    grow(world)
    with silent_server() as settings.TSA_URL:
        anchor()
    assert not TimeStamp.objects.exists()


def test_a_setting_that_cannot_be_meant_is_refused(
    settings: Any, tmp_path: Path
) -> None:
    assert keys.time_stamper() is None
    (tmp_path / "none.pem").write_text("no certificate")
    for url, roots in (
        ("https://tsa.example", []),
        ("", [str(RECORDED / "ca.pem")]),
        ("ftp://tsa.example", [str(RECORDED / "ca.pem")]),
        ("https://tsa.example", [str(tmp_path / "none.pem")]),
        ("https://tsa.example", [str(tmp_path / "missing.pem")]),
    ):
        settings.TSA_URL, settings.TSA_ROOTS = url, roots
        with pytest.raises(ImproperlyConfigured, match="TSA_ROOTS"):
            keys.time_stamper()
