"""Canonical JSON: our writer against others', and what never comes near it."""

import json
import math
import re
import struct
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audits.anchors.build import append_changed, meta_log
from audits.events.encoding import canonical
from audits.log.models import Entry
from audits.log.seal import save_checkpoint
from audits.streams.build import follow, own_up
from tests.audits.streams.numbering import Source
from tests.factories import World, a_source_key, an_event

JCS = Path(__file__).resolve().parents[2] / "vectors" / "jcs"
NAMES = sorted(path.stem for path in (JCS / "input").iterdir())
LARGEST = 2**53 - 1
KEY = re.compile(r"[a-z0-9_]{1,64}\Z")
RX = "2026-11-28T01:02:03.000004Z"


def written(core: dict[str, Any]) -> bytes:
    """The leaf as it is hashed: split by our writer, and the receipt time put in."""
    before, after = canonical({**core, "rx": ""})
    return before + RX.encode() + after


def by_others(core: dict[str, Any]) -> set[bytes]:
    whole = {**core, "rx": RX}
    plain = json.dumps(
        whole, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode()
    return {rfc8785.dumps(whole), plain}


def is_in_profile(value: Any, levels: int = 8) -> bool:
    """Whether RFC 8785 and sorted compact JSON must agree about the value."""
    if isinstance(value, dict):
        keys = all(KEY.match(key) for key in value)
        return keys and levels > 0 and is_in_profile([*value.values()], levels)
    if isinstance(value, list):
        return levels > 0 and all(is_in_profile(each, levels - 1) for each in value)
    if isinstance(value, str):
        return not re.search("[\ud800-\udfff]", value)
    if isinstance(value, int):
        return abs(value) <= LARGEST
    return value is None


@pytest.mark.parametrize("name", NAMES)
def test_published_documents_are_written_as_published_as_far_as_a_leaf_may_hold_them(
    name: str,
) -> None:
    published = (JCS / "output" / f"{name}.json").read_bytes()
    as_hex = (JCS / "outhex" / f"{name}.txt").read_text()
    assert published == bytes.fromhex(as_hex)
    document = json.loads((JCS / "input" / f"{name}.json").read_text())
    # The second opinion is worth something only if it passes them all.
    assert rfc8785.dumps(document) == published
    assert is_in_profile(document) == (name == "arrays")
    for piece in pieces(document):
        if is_in_profile(piece):
            assert rfc8785.dumps(piece) in published
            assert written({"doc": piece}) == b'{"doc":%s,"rx":"%s"}' % (
                rfc8785.dumps(piece),
                RX.encode(),
            )


def pieces(document: Any) -> list[Any]:
    inside = document.values() if isinstance(document, dict) else document
    if isinstance(document, dict | list):
        return [document, *(piece for each in inside for piece in pieces(each))]
    return [document]


def test_published_numbers_are_written_as_published_or_are_no_number_of_a_leaf() -> (
    None
):
    cases = json.loads((JCS / "numbers.json").read_text())
    whole = 0
    for case in cases:
        [number] = struct.unpack(">d", bytes.fromhex(case["ieee754_hex"]))
        if case["jcs"] is None or not math.isfinite(number):
            with pytest.raises(rfc8785.FloatDomainError):
                rfc8785.dumps(number)
        else:
            assert rfc8785.dumps(number) == case["jcs"].encode()
            if number.is_integer() and abs(number) <= LARGEST:
                whole += 1
                text = b'{"n":%s,"rx"' % case["jcs"].encode()
                assert written({"n": int(number)}).startswith(text)
    assert whole == 5


strings = st.one_of(
    st.text(max_size=12),
    st.sampled_from(['"rx":""', '\\"rx\\":\\"\\"', "\u2028\x7f\x00", "é\u0301", "😂ﬀ"]),
)
letters = "abcdefghijklmnopqrstuvwxyz0123456789_"
keys = st.text(letters, min_size=1, max_size=9).filter(lambda key: key != "rx")
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-LARGEST, LARGEST), strings),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(keys, inner, max_size=4)
    ),
    max_leaves=8,
)


@given(st.dictionaries(keys, values, max_size=8))
@settings(max_examples=200, deadline=None)
def test_within_the_profile_every_writer_writes_the_same_bytes(
    core: dict[str, Any],
) -> None:
    assert by_others(core) == {written(core)}


def entries_are_canonical(entries: list[bytes]) -> set[str]:
    """Assert it of each; return the kinds that were among them."""
    kinds = set()
    for entry in entries:
        core = json.loads(entry, object_pairs_hook=once)
        assert is_in_profile(core), entry
        assert rfc8785.dumps(core) == entry
        kinds.add(f"{core['kind']} {core['type']}")
    return kinds


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    assert len(found) == len(pairs)
    return found


def test_every_kind_of_leaf_is_canonical_as_it_is_stored(
    client: Client, world: World
) -> None:
    source = Source(client, a_source_key(world.system))
    first, _lost, third = source.events(3)
    source.post(first, third)
    source.beat()
    later = timezone.now() + timedelta(minutes=10)
    follow(world.system.log)
    own_up(world.system.log, later)
    meta = meta_log(at=later)
    save_checkpoint(log=world.system.log, at=later)
    append_changed(meta, now=later)
    found = entries_are_canonical(
        [bytes(entry) for entry in Entry.objects.values_list("entry", flat=True)]
    )
    assert {"event prediction", "trail act", "anchor opened"} <= found
    assert len(found) >= 6, found


# What a core could be made to hold, by its text in a request.
WRONG = [
    *(
        "1.5",
        "-0.0",
        "1e400",
        "NaN",
        "Infinity",
        "9007199254740992",
        "1e3",
        '"\\u0000"',
    ),
    *('"\\ud800"', '"\\udc00\\ud800"', '"\ud83d"', "[]", "{}", '{"a":1}', "true", "-1"),
]
texts = st.one_of(
    st.sampled_from(WRONG),
    strings.map(lambda text: json.dumps(text, ensure_ascii=False)),
    strings.map(json.dumps),
    st.integers(-(2**70), 2**70).map(str),
    st.floats().map(repr),
)
IN_THE_CLEAR = ["model_version", "deployment", "feature_set_version", "epoch", "seq"]
IN_THE_CLEAR += ["prev", "use_start", "use_end", "occurred_at", "type", "id"]


@given(st.dictionaries(st.sampled_from(IN_THE_CLEAR), texts, min_size=1, max_size=2))
@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_what_lies_outside_the_profile_is_refused_with_a_reason_or_sealed(
    client: Client, world: World, fields: dict[str, str]
) -> None:
    key = shared_key(world)
    event = {name: json.dumps(value) for name, value in an_event().items()}
    body = ",".join(f'"{name}":{text}' for name, text in (event | fields).items())
    answer = client.post(
        "/api/v1/events",
        f"{{{body}}}".encode("utf-8", "surrogatepass"),
        content_type="application/json",
        headers={"authorization": f"Bearer {key}"},
    )
    assert answer.status_code in (201, 400, 409, 422), answer.content
    if answer.status_code == 201:
        [receipt] = answer.json()["events"]
        row = Entry.objects.get(log=world.system.log, idx=receipt["index"])
        entries_are_canonical([bytes(row.entry)])
    elif answer.status_code == 422:
        [*errors] = answer.json()["errors"]
        assert all(error["reason"] and error["fix"] for error in errors)


def shared_key(world: World) -> str:
    """One key for all examples: they share one database."""
    if not hasattr(world, "key"):
        world.key = a_source_key(world.system)  # type: ignore[attr-defined]
    return world.key  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ('"seq":1.5', "seq"),
        ('"seq":9007199254740992', "seq"),
        ('"model_version":"a\\u0000b"', "model_version"),
        ('"model_version":"\\ud800"', "body"),
        ('"model_version":"a\\n"', "model_version"),
        ('"model_version":"a","model_version":"b"', "model_version"),
        ('"output":NaN', "body"),
        ('"output":1e999', "body"),
        ('"output":{"a":1,"a":2}', "a"),
        ('"output":"a\\u0000b"', "output"),
        ('"features":{"\\\\\\u0000":1}', "features"),
    ],
)
def test_each_of_them_is_named(
    client: Client, world: World, wrong: str, field: str
) -> None:
    event = {name: json.dumps(value) for name, value in an_event().items()}
    event.pop(wrong.split('"')[1], None)
    body = ",".join([*(f'"{name}":{text}' for name, text in event.items()), wrong])
    headers = {"authorization": f"Bearer {a_source_key(world.system)}"}
    answer, of_array = (
        client.post("/api/v1/events", sent, "application/json", headers=headers)
        for sent in (f"{{{body}}}", f"[{{{body}}}]")
    )
    assert answer.status_code == 422, answer.content
    # What its reader cannot read is no array for it, and the reason is the same.
    assert of_array.status_code in {400, 422}
    assert "truncated" not in of_array.content.decode()
    [error] = answer.json()["errors"]
    assert error["field"] == field
    # A half pair is said to be one, and no body that was cut.
    assert ("surrogate" in error["reason"]) is ("ud800" in wrong)
