"""What the server refuses is set aside with its reason, and holds up nothing else."""

import json
import logging
from threading import Event

import pytest
from probatum_client import NotRecorded, Prediction, kept_receipts
from probatum_client.spool.kept import set_aside

HTML = (400, {}, b"<h1>Bad gateway</h1>")


def problem(status, **more):
    body = {"title": "Refused", "status": status} | more
    return status, {}, json.dumps(body).encode()


def a_prediction(output=1, **fields):
    return Prediction(model_version="1", output=output, **fields)


def is_bad(event):
    return event["output"] == "bad"


def all_of(outputs, recorder):
    """Record these outputs in one go, so that they travel in one request."""
    with recorder(send=False) as log:
        ids = [log.record(a_prediction(output)) for output in outputs]
    with recorder():
        pass
    return ids


def outcome(server, tmp_path):
    """Which outputs were accepted, and which were set aside with which status."""
    accepted = [server.log.bodies[event_id]["output"] for event_id in server.log.bodies]
    aside = set_aside(tmp_path / "lane-0")
    return accepted, [(each["event"]["output"], each["status"]) for each in aside]


def named_by_number(events):
    """As POST /api/v1/events does: each wrong event by its place, 20 at most."""
    errors = [
        {"event": at, "field": "output", "reason": "It is bad.", "fix": "Mend it."}
        for at, event in enumerate(events)
        if is_bad(event)
    ]
    return problem(422, errors=errors[:20]) if errors else None


def test_wrong_events_that_the_server_names_are_set_aside(recorder, server, tmp_path):
    server.log.refuses = named_by_number
    all_of([0, "bad", 1, "bad", 2], recorder)
    assert outcome(server, tmp_path) == ([0, 1, 2], [("bad", 422)] * 2)
    assert "It is bad." in set_aside(tmp_path / "lane-0")[0]["reason"]
    assert len(server.log.requests) == 2


def test_more_wrong_events_than_the_server_names_at_once(recorder, server, tmp_path):
    server.log.refuses = named_by_number
    all_of(["bad"] * 50 + [0], recorder)
    assert outcome(server, tmp_path) == ([0], [("bad", 422)] * 50)


@pytest.mark.parametrize("status", [400, 409, 422])
def test_wrong_events_that_it_does_not_name_are_found_by_halving(
    recorder, server, tmp_path, status
):
    server.log.refuses = lambda events: (
        problem(status) if any(map(is_bad, events)) else None
    )
    all_of([0, 1, 2, "bad", 3, 4, 5], recorder)
    assert outcome(server, tmp_path) == ([0, 1, 2, 3, 4, 5], [("bad", status)])


def test_an_id_with_another_body_is_set_aside_and_the_first_one_stays(
    recorder, server, tmp_path
):
    first = a_prediction("first")
    with recorder(send=False) as log:
        log.record(first)
        log.record(a_prediction("between"))
        log.record(a_prediction("second", id=first.id))
    with recorder():
        pass
    accepted, aside = outcome(server, tmp_path)
    assert (accepted, aside) == (["first", "between"], [("second", 409)])


def test_a_request_that_is_too_large_is_halved(recorder, server, tmp_path):
    server.log.refuses = lambda events: (
        (413, {}, b"<h1>Too large</h1>") if len(events) > 3 else None
    )
    all_of(range(20), recorder)
    assert outcome(server, tmp_path) == (list(range(20)), [])


def test_an_event_that_is_too_large_alone_is_set_aside(recorder, server, tmp_path):
    server.log.refuses = lambda events: (
        problem(413) if any(map(is_bad, events)) else None
    )
    all_of([0, "bad", 1], recorder)
    assert outcome(server, tmp_path) == ([0, 1], [("bad", 413)])


@pytest.mark.parametrize(
    "answer", [HTML, *(problem(status) for status in (401, 403, 404, 405, 415, 500))]
)
def test_what_says_nothing_about_the_event_makes_it_wait(
    recorder, server, tmp_path, answer
):
    server.log.refuses = lambda _events: answer
    with recorder() as log:
        event_id = log.record(a_prediction())
    assert outcome(server, tmp_path) == ([], [])
    server.log.refuses = lambda _events: None
    with recorder():
        pass
    assert list(server.log.indexes) == [event_id]


def test_an_event_that_makes_the_server_fail_is_found_in_the_end(
    recorder, server, tmp_path
):
    server.log.refuses = lambda events: (
        problem(500) if any(map(is_bad, events)) else None
    )
    with recorder(send=False) as log:
        for output in [*range(20), "bad", *range(20, 40)]:
            log.record(a_prediction(output))
    with recorder() as log:
        assert log.log_or_fail(a_prediction("last")).status == "appended"
    assert outcome(server, tmp_path) == ([*range(40), "last"], [("bad", 500)])


def test_a_server_that_fails_at_everything_sets_nothing_aside(
    recorder, server, tmp_path
):
    server.log.refuses = lambda _events: problem(500)
    with recorder(send=False) as log:
        for output in range(100):
            log.record(a_prediction(output))
    with recorder() as log, pytest.raises(NotRecorded):
        log.log_or_fail(a_prediction("last"), timeout=1.0)
    assert outcome(server, tmp_path) == ([], [])
    assert len(server.log.requests) > 40  # single events were tried, too


def test_a_wait_that_the_server_asks_for_is_kept_also_in_a_hurry(
    recorder, server, tmp_path
):
    server.log.answers_first = [(429, {"Retry-After": "3600"}, b"")]
    with recorder() as log:
        log.record(a_prediction())
        wait_for_trouble(log)
        for _ in range(3):
            with pytest.raises(NotRecorded, match="429"):
                log.log_or_fail(a_prediction(), timeout=0.2)
        assert len(server.log.requests) == 1


def wait_for_trouble(log):
    """Until the server's answer was heard, however busy the machine is."""
    pause = Event()
    for _ in range(3000):
        if log.trouble:
            return
        pause.wait(0.02)
    raise AssertionError("the server was never heard")


def test_a_receipt_that_proves_nothing_is_none(recorder, server, tmp_path):
    name, _, _ = server.log.vkey.partition("+")
    other = "log.example/other" + server.log.vkey.removeprefix(name)
    with recorder(vkey=other) as log, pytest.raises(NotRecorded, match="verifier key"):
        log.log_or_fail(a_prediction(), timeout=0.3)
    assert list(kept_receipts(tmp_path)) == []
    with recorder() as log:
        log.start()
    assert [receipt.status for receipt in kept_receipts(tmp_path)] == ["duplicate"]


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"events":[]}'])
def test_an_acceptance_that_cannot_be_read_is_none(recorder, server, tmp_path, body):
    server.log.answers_first = [(201, {}, body)]
    with recorder() as log:
        log.log_or_fail(a_prediction())
    assert len(list(kept_receipts(tmp_path))) == 1


def test_a_log_that_went_back_is_called_out_with_both_checkpoints(
    recorder, server, tmp_path, caplog
):
    all_of(range(3), recorder)
    server.log.entries, server.log.bodies, server.log.indexes = [], {}, {}
    with caplog.at_level(logging.CRITICAL):
        all_of([3], recorder)
    assert "went back or was exchanged" in caplog.text
    assert "\n3\n" in caplog.text
    assert "\n1\n" in caplog.text
    # The evidence is not overwritten, and what was recorded is taken all the same.
    assert "\n3\n" in (tmp_path / "lane-0" / "checkpoint").read_text()
    assert len(list(kept_receipts(tmp_path))) == 4
