"""The bytes of a leaf, against the plain way in which they were first written."""

import hmac
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from typing import Any

import msgspec
import orjson
import pytest
import rfc8785
from django.conf import LazySettings
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st

from audits.events.encoding import decode_event
from audits.events.encoding.leaf import core_of, leaf
from audits.events.models import EventSource
from audits.events.services import body_mac
from audits.log.models import Log
from audits.payloads.keys import Keys
from audits.payloads.selectors import opened

KEYS = Keys.new("log.example/credit")
RX = "2026-11-28T01:02:03.000004Z"
CLEAR = {"deployment": "dep", "epoch": "ep", "feature_set_version": "fsv"}
CLEAR |= {"model_version": "mv", "prev": "prev", "seq": "seq"}
MOMENTS = {"occurred_at": "at", "use_start": "start", "use_end": "end"}
PARTS = {
    "input": ["features", "input", "input_ref"],
    "output": ["confidence", "output"],
    "person": ["segment", "subject"],
    "operation": ["cost", "endpoint", "latency_ms", "matched", "reference_database"],
}
shown = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=9)
texts = shown | st.just('"rx":""') | st.just("\u2028\t\n\x1f\\é😂")
moments = st.datetimes(
    datetime(2000, 1, 1),  # noqa: DTZ001 (the next line gives its zone)
    datetime(2026, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=-11, minutes=-30))]),
)
whole = moments.map(lambda at: at.replace(microsecond=0))
numbers = st.floats(0, allow_nan=False, allow_infinity=False)
values = st.none() | numbers | texts | st.dictionaries(texts, numbers, max_size=3)
events = st.fixed_dictionaries(
    {
        "id": st.uuids().map(str),
        "type": st.just("prediction"),
        "occurred_at": (moments | whole).map(datetime.isoformat),
        "model_version": shown,
        "output": values,
    },
    optional={
        **dict.fromkeys(["deployment", "feature_set_version", "epoch"], shown),
        **dict.fromkeys(["use_start", "use_end"], whole.map(datetime.isoformat)),
        **dict.fromkeys(["input_ref", "subject", "endpoint"], texts),
        **dict.fromkeys(["input", "features", "segment", "matched"], values),
        **dict.fromkeys(["confidence", "latency_ms", "cost"], numbers),
        "seq": st.integers(0, 2**53 - 1),
        "prev": st.just("0f" * 32),
        "reference_database": texts,
    },
)


@given(events)
@trying(max_examples=150, deadline=None)
def test_a_leaf_is_the_canonical_json_of_what_was_posted_and_its_parts_are_as_posted(
    posted: dict[str, Any],
) -> None:
    event = decode_event(orjson.dumps(posted))
    made = leaf(
        event,
        source=EventSource(name="a source"),
        body_mac=b"",
        flags=0,
        keys=KEYS,
        label=bytes(16),
    )
    parts = opened(KEYS, int.from_bytes(made.key, "big", signed=True), made.sealed)
    assert {part.role: part.data for part in parts} == {
        role: b"{%s}" % b",".join(
            b'"%s":%s' % (name.encode(), orjson.dumps(posted[name])) for name in found
        )
        for role, names in PARTS.items()
        if (found := [name for name in names if name in posted])
    }  # fmt: skip
    clear = {"kind": "event", "src": "a source", "type": "prediction", "v": 1}
    clear["eid"] = posted["id"]
    clear |= {ours: posted[name] for name, ours in CLEAR.items() if name in posted}
    clear |= {ours: _utc(posted[n]) for n, ours in MOMENTS.items() if n in posted}
    pay = [
        {"com": _committed(p.salt, p.data), "len": len(p.data), "role": p.role}
        for p in parts
    ]
    entry = made.before_rx + RX.encode() + made.after_rx
    assert entry == rfc8785.dumps({**clear, "pay": pay, "rx": RX})
    assert msgspec.to_builtins(core_of(event, "a source")) == clear


def _utc(text: str) -> str:
    at = datetime.fromisoformat(text).astimezone(UTC)
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _committed(salt: bytes, data: bytes) -> str:
    return sha256(b"probatum-payload-v1\0" + salt + data).hexdigest()


@pytest.mark.parametrize("body", [b"", b'{"id":1}', bytes(900)])
def test_a_body_is_remembered_by_its_hmac(settings: LazySettings, body: bytes) -> None:
    key = f"{settings.IDEMPOTENCY_SECRET}log.example/credit".encode()
    log = Log(origin="log.example/credit")
    assert body_mac(log, body) == hmac.digest(key, body, "sha256")
