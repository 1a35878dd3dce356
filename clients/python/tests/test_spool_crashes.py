"""Whatever ends a process or spoils a file: nothing recorded is lost silently."""

import json
import logging
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from probatum_client import Prediction, kept_receipts
from probatum_client.dispatch import Dispatcher, Server
from probatum_client.spool import writer
from probatum_client.spool.files import pack, unpack
from probatum_client.spool.kept import set_aside

SOURCE = Path(__file__).parents[1] / "src"


def a_prediction(output=1):
    return Prediction(model_version="1", output=output)


def process(code, *arguments):
    """Start a Python of its own that records without sending."""
    head = f"""
        import os, signal, sys
        sys.path.insert(0, {str(SOURCE)!r})
        from probatum_client import Prediction, Recorder, SpoolFull
        spool, *rest = sys.argv[1:]
        log = Recorder("http://127.0.0.1:9", "k", spool, send=False)
    """
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(head) + textwrap.dedent(code)]
        + [str(argument) for argument in arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def run(code, *arguments):
    found = process(code, *arguments)
    printed, _ = found.communicate(timeout=60)
    return printed.split(), found.returncode


def leave(recorder, outputs):
    """Record without sending, as one who is killed: return the segment."""
    with recorder(send=False, heartbeat=None) as log:
        for output in outputs:
            log.record(a_prediction(output))
        return log.spool / "lane-0" / "00000001.events"


def send(recorder):
    with recorder() as log:
        log.start()


def sent(server):
    found = [server.log.bodies[event_id] for event_id in server.log.indexes]
    return [(event["seq"], event["output"]) for event in found]


def test_a_killed_process_loses_nothing(recorder, server, tmp_path):
    code = """
        for n in range(500):
            print(log.record(Prediction(model_version="1", output=n)), flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
    """
    ids, status = run(code, tmp_path)
    assert status == -signal.SIGKILL
    assert len(ids) == 500
    with recorder() as log:
        log.record(a_prediction("after"))
    assert list(server.log.indexes)[:-1] == ids
    assert sent(server) == [*((n + 1, n) for n in range(500)), (501, "after")]


def test_wherever_the_last_event_is_cut_it_is_dropped_loudly(
    recorder, server, tmp_path, caplog
):
    segment = leave(recorder, [0, 1, 2])
    whole = segment.read_bytes()
    start = whole.rstrip(b"\n").rindex(b"\n") + 1
    for end in range(start + 1, len(whole)):
        spool = tmp_path / str(end)
        (spool / "lane-0").mkdir(parents=True)
        torn = spool / "lane-0" / segment.name
        torn.write_bytes(whole[:end])
        caplog.clear()
        log = recorder(spool=spool, send=False, heartbeat=None)
        log.record(a_prediction("after"))
        log.close()
        assert "was cut short by a crash and is dropped" in caplog.text
        lines = torn.read_bytes().splitlines()
        events = [json.loads(unpack(line).body) for line in lines[1:]]
        # The number of the event that was cut stays empty.
        assert [(e["seq"], e["output"]) for e in events] == [
            (1, 0),
            (2, 1),
            (4, "after"),
        ]


def test_a_number_that_was_cut_off_stays_empty_over_more_restarts(recorder, server):
    segment = leave(recorder, [0, 1])
    os.truncate(segment, segment.stat().st_size - 1)
    leave(recorder, [])
    leave(recorder, [])
    leave(recorder, ["after"])
    send(recorder)
    assert sent(server) == [(1, 0), (3, "after")]


def test_an_event_that_the_disk_spoilt_is_set_aside_and_the_others_sent(
    recorder, server, tmp_path
):
    segment = leave(recorder, ["first", "spoilt", "last"])
    segment.write_bytes(segment.read_bytes().replace(b"spoilt", b"spoiLt"))
    send(recorder)
    assert sent(server) == [(1, "first"), (3, "last")]
    [found] = set_aside(tmp_path / "lane-0")
    assert found["reason"] == "The disk did not keep it whole."
    assert "event" not in found
    assert found["line_base64"]


@pytest.mark.parametrize("spoil", [b"", b"rubbish", b"\0" * 200])
def test_a_segment_whose_head_is_gone_is_kept_and_called_out(
    recorder, server, tmp_path, caplog, spoil
):
    segment = leave(recorder, ["before"])
    segment.write_bytes(spoil)
    leave(recorder, ["after"])
    assert "cannot be read: it is kept" in caplog.text
    assert segment.with_suffix(".damaged").read_bytes() == spoil
    send(recorder)
    assert sent(server) == [(1, "after")]


def test_after_a_restart_of_the_machine_a_new_epoch_begins(
    recorder, server, monkeypatch
):
    leave(recorder, ["before"])
    monkeypatch.setattr(writer, "boot_id", lambda: "another start of the machine")
    leave(recorder, ["after"])
    send(recorder)
    assert sent(server) == [(1, "before"), (1, "after")]
    epochs = [server.log.bodies[event_id]["epoch"] for event_id in server.log.bodies]
    assert len(set(epochs)) == 2


@pytest.mark.parametrize("note", [None, b"", b"rubbish", b"00000009 0000 deadbeef\n"])
def test_without_the_note_of_what_was_sent_it_is_sent_again_and_counted_once(
    recorder, server, tmp_path, note
):
    with recorder() as log:
        log.log_or_fail(a_prediction())
        # As after a crash between the receipt and the note.
        path = tmp_path / "lane-0" / "sent"
        segment = (tmp_path / "lane-0" / "00000001.events").read_bytes()
    for left in tmp_path.glob("lane-0/*.events"):
        left.unlink()
    (tmp_path / "lane-0" / "00000001.events").write_bytes(segment)
    path.unlink()
    if note is not None:
        path.write_bytes(note)
    send(recorder)
    assert len(server.log.entries) == 1
    receipts = list(kept_receipts(tmp_path))
    assert [receipt.status for receipt in receipts] == ["appended", "duplicate"]
    assert receipts[0].leaf_hash == receipts[1].leaf_hash


def test_a_note_of_what_was_sent_never_hides_events_of_a_later_segment(
    recorder, server, tmp_path
):
    segment = leave(recorder, ["before", "before too"])
    address = Server(url=server.url, api_key="k")
    assert Dispatcher(tmp_path, address).send_all()  # no writer: it stays there
    segment.unlink()
    leave(recorder, ["after", "after too"])
    send(recorder)
    outputs = [output for _, output in sent(server)]
    assert outputs == ["before", "before too", "after", "after too"]


def test_receipts_that_a_crash_cut_short_do_not_hide_the_others(
    recorder, tmp_path, caplog
):
    for output in range(2):
        with recorder() as log:
            log.record(a_prediction(output))
    first, _second = sorted((tmp_path / "receipts").iterdir())
    os.truncate(first, first.stat().st_size // 2)
    with caplog.at_level(logging.WARNING):
        assert len(list(kept_receipts(tmp_path))) == 1
    assert "ends in the middle of an answer" in caplog.text


def test_a_full_disk_refuses_the_new_and_keeps_the_old(recorder, server, tmp_path):
    code = """
        import resource
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        log.start()
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
        try:
            while True:
                print(log.record(Prediction(model_version="1", output="x" * 99)))
        except SpoolFull as reason:
            assert "cannot be written" in str(reason), reason
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
    """
    ids, status = run(code, tmp_path)
    assert status == 0
    assert len(ids) > 100
    with recorder() as log:
        log.record(a_prediction("after"))
    assert list(server.log.indexes)[:-1] == ids
    assert [number for number, _ in sent(server)] == list(range(1, len(ids) + 2))


def test_processes_at_once_have_lanes_of_their_own(recorder, server, tmp_path):
    code = """
        for n in range(100):
            log.record(Prediction(model_version="1", output=f"{rest[0]} {n}"))
            print(n, flush=True)
        sys.stdin.read()
    """
    running = [process(code, tmp_path, name) for name in "abc"]
    for each in running:  # all three write at once: none has ended
        for _ in range(100):
            each.stdout.readline()
    assert sorted(path.name for path in tmp_path.glob("lane-*")) == [
        "lane-0",
        "lane-1",
        "lane-2",
    ]
    for each in running:
        each.kill()
        each.communicate()
    send(recorder)
    found = [server.log.bodies[event_id] for event_id in server.log.indexes]
    streams: dict[str, list] = {}
    for event in found:
        streams.setdefault(event["epoch"], []).append((event["seq"], event["output"]))
    assert len(streams) == 3
    for stream in streams.values():
        name = stream[0][1][0]
        assert stream == [(n + 1, f"{name} {n}") for n in range(100)]


def test_a_forked_process_gets_a_lane_of_its_own(recorder, server, tmp_path):
    code = """
        log.record(Prediction(model_version="1", output="parent"))
        child = os.fork()
        if child:
            os.waitpid(child, 0)
        log.record(Prediction(model_version="1", output="both"))
    """
    _, status = run(code, tmp_path)
    assert status == 0
    send(recorder)
    found = [server.log.bodies[event_id] for event_id in server.log.indexes]
    streams = {(e["epoch"], e["seq"], e["output"]) for e in found}
    parent = next(epoch for epoch, _, output in streams if output == "parent")
    child = next(epoch for epoch, *_ in streams if epoch != parent)
    assert streams == {
        (parent, 1, "parent"),
        (parent, 2, "both"),
        (child, 1, "both"),
    }


def test_a_line_says_whether_it_is_whole():
    line = pack(b"id", b'{"a":1}')
    assert unpack(line[:-1]).body == b'{"a":1}'
    for at in range(len(line) - 1):
        changed = bytes([line[at] ^ 1])
        assert unpack(line[:at] + changed + line[at + 1 : -1]).body is None
