"""Recording without waiting: what arrives, numbered how, kept where."""

import asyncio
import json
import logging
import stat
from threading import Event

import pytest
from probatum_client import (
    NotRecorded,
    Prediction,
    Refused,
    SpoolFull,
    kept_receipts,
)
from probatum_client.spool.kept import set_aside

NOBODY = "http://127.0.0.1:9"


def a_prediction(output=1, **fields):
    return Prediction(model_version="1", output=output, **fields)


def arrived(server):
    return [server.log.bodies[event_id] for event_id in server.log.indexes]


def numbers(server):
    return [(event["epoch"], event["seq"]) for event in arrived(server)]


def test_what_was_recorded_arrives_in_order_and_numbered(recorder, server):
    with recorder() as log:
        ids = [log.record(a_prediction(n)) for n in range(250)]
    assert list(server.log.indexes) == ids
    assert [event["output"] for event in arrived(server)] == list(range(250))
    assert len({epoch for epoch, _ in numbers(server)}) == 1
    assert [number for _, number in numbers(server)] == list(range(1, 251))


def test_every_receipt_is_kept_and_checks(recorder, server, tmp_path):
    with recorder() as log:
        ids = [log.record(a_prediction(n)) for n in range(25)]
    receipts = list(kept_receipts(tmp_path))
    assert [receipt.id for receipt in receipts] == ids
    for receipt in receipts:
        entry = server.log.entries[receipt.index]
        assert receipt.check(server.log.vkey, entry).signature == "valid"


def test_numbers_and_epoch_outlive_a_recorder_that_was_not_closed(recorder, server):
    for _ in range(3):
        with recorder(heartbeat=None) as log:
            log.record(a_prediction())
    epochs = {epoch for epoch, _ in numbers(server)}
    assert len(epochs) == 1
    assert [number for _, number in numbers(server)] == [1, 2, 3]


def test_a_recorder_does_not_let_others_number_its_events(recorder):
    for field in ({"seq": 1}, {"epoch": "e"}, {"prev": "0" * 64}):
        with pytest.raises(ValueError, match="leave out epoch, seq and prev"):
            recorder().record(a_prediction(**field))


def test_what_was_sent_leaves_the_disk_and_what_is_there_is_private(
    recorder, server, tmp_path
):
    with recorder() as log:
        log.record(a_prediction("a secret of somebody"))
    [segment] = tmp_path.glob("lane-0/*.events")
    assert b"secret" not in segment.read_bytes()
    for path in tmp_path.rglob("*"):
        if path.name.endswith((".events", ".gz")):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "lane-0").stat().st_mode) == 0o700


def test_without_a_server_events_wait_and_the_next_recorder_sends_them(
    recorder, server, caplog
):
    with recorder(url=NOBODY) as log:
        ids = [log.record(a_prediction(n)) for n in range(5)]
        log.close()
    assert "nothing is lost" in caplog.text
    assert server.log.entries == []
    with recorder() as log:
        ids.append(log.record(a_prediction()))
    assert list(server.log.indexes) == ids
    assert [number for _, number in numbers(server)] == [1, 2, 3, 4, 5, 1]


def test_a_server_that_comes_back_gets_what_waited(recorder, server, caplog):
    server.log.answers_first = [(503, {}, b"")] * 3 + [None]
    with recorder() as log:
        log.record(a_prediction())
        assert log.log_or_fail(a_prediction()).status == "appended"
    assert [number for _, number in numbers(server)] == [1, 2]
    assert "Events get through" in caplog.text


def test_log_or_fail_returns_the_receipt(recorder, server):
    with recorder() as log:
        receipt = log.log_or_fail(a_prediction())
        assert server.log.indexes == {receipt.id: 0}
        assert receipt.check(server.log.vkey).signature == "valid"


def test_log_or_fail_fails_and_what_was_made_stays_on_record(
    recorder, server, tmp_path
):
    with (
        recorder(url=NOBODY) as log,
        pytest.raises(NotRecorded, match="No answer from the server"),
    ):
        log.log_or_fail(a_prediction(), timeout=0.5)
    with recorder() as log:
        log.start()
    assert [number for _, number in numbers(server)] == [1]


def test_log_or_fail_says_what_the_server_refused(recorder, server):
    error = {"event": 0, "field": "output", "reason": "No.", "fix": "Other."}
    server.log.refuses = lambda _events: problem(422, errors=[error])
    with recorder() as log, pytest.raises(Refused, match=r"output: No\."):
        log.log_or_fail(a_prediction())


def test_log_or_fail_in_an_event_loop(recorder, server):
    async def main():
        many = [log.log_or_fail_async(a_prediction(n)) for n in range(20)]
        return await asyncio.gather(*many)

    with recorder() as log:
        receipts = asyncio.run(main())
    assert sorted(receipt.index for receipt in receipts) == list(range(20))
    # They were collected, not posted one by one.
    assert len(server.log.requests) < 20


def test_log_or_fail_in_an_event_loop_gives_up_too(recorder, caplog):
    with (
        recorder(url=NOBODY) as log,
        pytest.raises(NotRecorded, match=r"within 0\.3 s"),
    ):
        asyncio.run(log.log_or_fail_async(a_prediction(), timeout=0.3))


def test_a_recorder_that_does_not_send_cannot_log_or_fail(recorder):
    with pytest.raises(RuntimeError, match="sends itself"):
        recorder(send=False).log_or_fail(a_prediction())


def test_a_full_spool_refuses_the_new_and_keeps_the_old(recorder, server):
    log = recorder(send=False, max_bytes=20_000)
    ids = []
    with pytest.raises(SpoolFull, match="Nothing that waits was dropped"):
        ids.extend(log.record(a_prediction("x" * 300)) for _ in range(1000))
    assert 25 < len(ids) < 60
    log.close()
    with recorder(max_bytes=20_000) as log:
        wait_until_empty(log)
        ids.append(log.record(a_prediction("there is room again")))
    assert list(server.log.indexes) == ids
    # A caller who was told withheld the output: no number was spent on it.
    assert [number for _, number in numbers(server)] == list(range(1, len(ids) + 1))


def test_who_goes_on_without_a_record_leaves_a_gap_that_shows(recorder, server, caplog):
    log = recorder(send=False, max_bytes=20_000, on_loss="gap")
    while not log.lost:
        log.record(a_prediction("x" * 300))
    log.record(a_prediction(float("nan")))
    log.record(a_prediction({1, 2}))
    assert log.lost == 3
    assert "Predictions are lost, 1 so far" in caplog.text
    log.close()
    with recorder(max_bytes=20_000) as log:
        wait_until_empty(log)
        log.record(a_prediction("after"))
    found = [number for _, number in numbers(server)]
    last = found[-2]
    assert found == [*range(1, last + 1), last + 4]


@pytest.mark.parametrize("on_loss", ["raise", "gap"])
def test_a_folder_that_cannot_be_used_is_a_loss_like_any_other(
    recorder, tmp_path, on_loss
):
    log = recorder(spool=tmp_path / "spool", on_loss=on_loss, send=False)
    (tmp_path / "spool" / "lane-0").write_text("a file where a folder belongs")
    if on_loss == "raise":
        with pytest.raises(SpoolFull, match="cannot be used"):
            log.record(a_prediction())
    else:
        log.record(a_prediction())
        assert log.lost == 1


def test_a_lane_that_cannot_be_begun_is_not_followed_by_more_and_more(
    recorder, tmp_path
):
    log = recorder(on_loss="gap", send=False)
    (tmp_path / "lane-0" / "spent").mkdir(parents=True)
    for _ in range(3):
        log.record(a_prediction())
    assert [path.name for path in tmp_path.glob("lane-*")] == ["lane-0"]
    (tmp_path / "lane-0" / "spent").rmdir()
    log.record(a_prediction())
    assert (log.lost, log.waiting_bytes > 0) == (3, True)


def test_what_json_cannot_say_is_refused_before_it_has_a_number(recorder, server):
    with recorder() as log:
        for wrong in (float("nan"), {1}, "\ud800"):
            with pytest.raises((ValueError, TypeError)):
                log.record(a_prediction(wrong))
        log.record(a_prediction())
    assert [number for _, number in numbers(server)] == [1]


def test_logging_an_outage_says_it_once_and_not_for_each_attempt(recorder, caplog):
    with (
        recorder(url=NOBODY) as log,
        caplog.at_level(logging.ERROR),
        pytest.raises(NotRecorded),
    ):
        log.log_or_fail(a_prediction(), timeout=0.5)
    said = [r for r in caplog.records if "nothing is lost" in r.getMessage()]
    assert len(said) == 1


def test_an_event_set_aside_is_kept_byte_for_byte(recorder, server, tmp_path):
    error = {"event": 0, "field": "output", "reason": "No.", "fix": "Other."}
    server.log.refuses = lambda _events: problem(422, errors=[error])
    with recorder() as log:
        event_id = log.record(a_prediction(1.0))
    [found] = set_aside(tmp_path / "lane-0")
    assert (found["event"]["id"], found["status"]) == (event_id, 422)
    assert b'"output":1.0' in (tmp_path / "lane-0" / "aside.jsonl").read_bytes()


def problem(status, **more):
    body = {"title": "Refused", "status": status} | more
    return status, {}, json.dumps(body).encode()


def wait_until_empty(log):
    log.start()
    pause = Event()
    for _ in range(500):
        if not log.waiting_bytes:
            return
        pause.wait(0.02)
    raise AssertionError(log.trouble)
