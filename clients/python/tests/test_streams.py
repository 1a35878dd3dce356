"""Events that name each other, and heartbeats that say how many there were."""

import os
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from probatum_client import Prediction
from probatum_client.signing import public_of, sign_plainly
from probatum_client.spool.status import lane_statuses


def a_prediction(output=1):
    return Prediction(model_version="1", output=output)


def arrived(server):
    return list(server.log.bodies.values())


def chain(events):
    """The links of one epoch, as docs/intake.md says they are made."""
    prev, found = "", []
    for event in events:
        names = ("epoch", "seq", "id", "occurred_at")
        lines = [*(str(event[name]) for name in names), prev, ""]
        prev = sha256(b"probatum-link-v1\n" + "\n".join(lines).encode()).hexdigest()
        found.append(prev)
    return found


def is_signed(beat):
    former = beat.get("former", {"epoch": "", "last": ""})
    lines = [
        "probatum-heartbeat-v1", beat["epoch"], beat["last"], beat.get("head", ""),
        beat["sent_at"], beat["state"], beat["every"], former["epoch"], former["last"],
        f"lost={beat['counters']['lost']}",
    ]  # fmt: skip
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(beat["key"]))
    text = "".join(f"{line}\n" for line in lines)
    key.verify(bytes.fromhex(beat["signature"]), text.encode())
    return True


def test_each_event_names_the_one_before_it(recorder, server):
    with recorder() as log:
        for n in range(5):
            log.record(a_prediction(n))
    first, *others = arrived(server)
    assert "prev" not in first
    assert [each["prev"] for each in others] == chain(arrived(server))[:-1]


def test_a_killed_recorder_s_chain_goes_on_whatever_the_notation_of_its_times(
    recorder, server
):
    when = "2026-11-23T10:00:00.1234567+02:00"
    for n in range(3):
        with recorder(heartbeat=None) as log:
            log.record({**a_prediction(n).as_dict(), "occurred_at": when})
    events = arrived(server)
    assert {each["occurred_at"] for each in events} == {"2026-11-23T08:00:00.123456Z"}
    assert [each["prev"] for each in events[1:]] == chain(events)[:-1]


def test_a_number_that_was_spent_leaves_the_chain_whole(recorder, server):
    with recorder(on_loss="gap") as log:
        log.record(a_prediction(1))
        log.record(a_prediction(float("nan")))
        log.record(a_prediction(3))
    first, third = arrived(server)
    assert (third["seq"], third["prev"]) == (3, chain([first])[0])
    assert server.log.beats[-1]["counters"] == {"lost": 1}


def test_closing_says_how_many_there_were_after_they_were_sent(recorder, server):
    with recorder() as log:
        for n in range(3):
            log.record(a_prediction(n))
    last = server.log.beats[-1]
    assert (last["state"], last["last"], last["after"]) == ("closed", 3, 3)
    assert last["head"] == chain(arrived(server))[-1]
    assert all(is_signed(beat) for beat in server.log.beats)


def test_heartbeats_go_on_while_nothing_is_recorded(recorder, server):
    with recorder(heartbeat=0.02) as log:
        log.log_or_fail(a_prediction())
        while len(server.log.beats) < 4:
            log.log_or_fail(a_prediction())
    assert {beat["every"] for beat in server.log.beats} == {5}
    counts = [beat["last"] for beat in server.log.beats]
    assert counts == sorted(counts)


def test_the_next_epoch_names_the_one_before_with_the_same_key(recorder, server):
    for _ in range(2):
        with recorder() as log:
            log.record(a_prediction())
            log.record(a_prediction())
    first, *_, last = server.log.beats
    assert last["former"] == {"epoch": first["epoch"], "last": 2}
    assert last["key"] == first["key"]
    assert "former" not in first
    assert is_signed(last)


def test_a_closed_recorder_that_records_again_begins_an_epoch(recorder, server):
    log = recorder()
    log.record(a_prediction())
    log.close()
    log.record(a_prediction())
    log.close()
    assert [event["seq"] for event in arrived(server)] == [1, 1]
    assert server.log.beats[-1]["former"]["last"] == 1


def test_a_server_that_knows_no_heartbeats_gets_the_events_all_the_same(
    recorder, server, tmp_path
):
    server.log.hears = False
    with recorder() as log:
        log.record(a_prediction())
    assert len(arrived(server)) == 1
    [lane] = lane_statuses(tmp_path)
    assert lane.waiting == 0


def test_heartbeats_that_wait_are_not_counted_as_events(recorder, tmp_path):
    with recorder(send=False) as log:
        log.record(a_prediction())
    assert lane_statuses(tmp_path)[0].waiting == 1


def test_plain_python_signs_as_the_library_does():
    for _ in range(3):
        seed, text = os.urandom(32), os.urandom(50)
        key = Ed25519PrivateKey.from_private_bytes(seed)
        assert public_of(seed) == key.public_key().public_bytes_raw()
        assert sign_plainly(seed, text) == key.sign(text)
