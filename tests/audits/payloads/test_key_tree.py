"""Keys of subjects: derived from a tree, taken away one by one."""

import secrets

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st

from audits.payloads.keys import (
    KeyDestroyed,
    Keys,
    KeysUnusable,
    unwrap,
    wrap,
)

ORIGIN = "log.example/credit"
Settings = pytest.FixtureRequest
tags = st.binary(min_size=8, max_size=8)


@trying(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(tags, min_size=1, max_size=12, unique=True), st.data())
def test_what_is_taken_away_is_gone_and_every_other_key_stays(
    several: list[bytes], data: st.DataObject
) -> None:
    keys = first = Keys.new(ORIGIN)
    # Tags that part at each digit, from the first to the last.
    several += [
        t for t in (bytes(8), bytes(7) + b"\1", b"\x10" + bytes(7)) if t not in several
    ]
    before = {tag: first.key(tag) for tag in several}
    erased = data.draw(st.sets(st.sampled_from(several)))
    for number, tag in enumerate(erased, 1):
        keys = keys.without(tag)
        assert keys.version == number
    for tag in several:
        if tag in erased:
            with pytest.raises(KeyDestroyed):
                keys.key(tag)
            with pytest.raises(KeyDestroyed):
                keys.without(tag)
        else:
            assert keys.key(tag) == before[tag]
    assert len(set(before.values())) == len(before)


def test_no_node_that_is_left_leads_to_a_key_that_was_taken_away() -> None:
    keys = Keys.new(ORIGIN)
    tag = secrets.token_bytes(8)
    left = keys.without(tag).nodes
    # 15 neighbours at each of 16 digits, none of them on the way to that leaf.
    assert len(left) == 15 * 16
    assert not any(tag.hex().startswith(digits) for digits in left)
    assert keys.nodes[""] not in left.values()


def test_a_key_is_what_it_always_was() -> None:
    keys = Keys(ORIGIN.encode(), 0, bytes(32), {"": bytes(32)})
    tag = keys.tag("person 31")
    assert tag.hex() == "778b7ead71de6525"
    key = "16d53d946eaf0ed9f5a2b83f877dd95885f49610073d45eecb17ddbf8c59f2e1"
    assert [keys.key(tag).hex(), keys.key(tag).hex()] == [key, key]


def test_who_comes_back_after_an_erasure_gets_another_tag() -> None:
    keys = Keys.new(ORIGIN)
    old = keys.tag("person 31")
    assert old == keys.tag("person 31") != keys.tag("person 32")
    later = keys.without(old)
    new = later.tag("person 31")
    assert new != old
    assert later.key(new) == keys.key(new)
    assert later.tag("person 32") == keys.tag("person 32")
    assert Keys.new(ORIGIN).tag("person 31") not in (old, new)


def test_wrapped_keys_open_for_their_log_and_version_only() -> None:
    keys = Keys.new(ORIGIN).without(bytes(8))
    wrapped = wrap(keys)
    again = unwrap(ORIGIN, 1, wrapped)
    assert (again.nodes, again.tag_key) == (keys.nodes, keys.tag_key)
    for origin, version in (("log.example/other", 1), (ORIGIN, 0)):
        with pytest.raises(KeysUnusable):
            unwrap(origin, version, wrapped)


def test_a_former_key_encryption_key_still_opens_and_a_lost_one_is_named(
    settings: Settings,
) -> None:
    keys = Keys.new(ORIGIN)
    wrapped = wrap(keys)
    settings.PAYLOAD_KEKS_FORMER = [settings.PAYLOAD_KEK]
    settings.PAYLOAD_KEK = "another one"
    assert unwrap(ORIGIN, 0, wrapped).nodes == keys.nodes
    assert wrap(keys)[:4] != wrapped[:4]
    settings.PAYLOAD_KEKS_FORMER = []
    with pytest.raises(KeysUnusable, match=wrapped[:4].hex()):
        unwrap(ORIGIN, 0, wrapped)
