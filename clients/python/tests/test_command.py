"""The command `probatum`: post, verify, follow, spool, send."""

import io
import json

import pytest
from probatum_client import Prediction
from probatum_client.__main__ import main


@pytest.fixture
def probatum(server, monkeypatch, capsys):
    """Run the command against the stand-in; return its status and what it printed."""
    monkeypatch.setenv("PROBATUM_KEY", "abcd1234.secret")
    monkeypatch.setattr("probatum_client.dispatch.jitter", lambda attempt: 0.01)

    def run(*arguments):
        status = main(["--url", server.url, *map(str, arguments)])
        return status, capsys.readouterr()

    return run


def lines(count):
    events = [Prediction(model_version="1", output=n).as_dict() for n in range(count)]
    return "".join(json.dumps(event) + "\n" for event in map(with_id, events))


def with_id(event):
    return {name: str(value) for name, value in event.items()}


def test_lines_are_posted_and_each_event_is_told(probatum, server, tmp_path):
    path = tmp_path / "events.jsonl"
    path.write_text(lines(5))
    status, told = probatum("post", path, "--batch", "2")
    assert status == 0
    assert [line.split()[1:] for line in told.out.splitlines()] == [
        [str(n), "appended"] for n in range(5)
    ]
    status, told = probatum("post", path)
    assert told.out.count("duplicate") == 5
    assert len(server.log.entries) == 5


def test_an_array_and_standard_input_are_posted_too(
    probatum, server, tmp_path, monkeypatch
):
    path = tmp_path / "events.json"
    array = [json.loads(line) for line in lines(3).splitlines()]
    path.write_text(json.dumps(array, indent=1))
    monkeypatch.setattr("sys.stdin", io.StringIO(lines(2)))
    assert probatum("post", path, "-")[0] == 0
    assert len(server.log.entries) == 5


def test_what_is_no_event_is_named_with_its_line(probatum, tmp_path):
    path = tmp_path / "events.jsonl"
    for wrong in ("{", "3"):
        path.write_text(lines(1) + "\n" + wrong + "\n")
        status, told = probatum("post", path)
        assert status == 2
        assert "events.jsonl, line 3 is no JSON" in told.err
        assert "appended" in told.out  # what came before it was posted


def test_a_refusal_ends_with_status_1_and_its_reason(probatum, server, tmp_path):
    path = tmp_path / "events.jsonl"
    path.write_text(lines(1))
    body = json.dumps({"title": "Forbidden", "detail": "No scope."}).encode()
    server.log.answers_first = [(403, {}, body)]
    status, told = probatum("post", path)
    assert (status, told.err) == (1, "403 Forbidden: No scope.\n")


def test_the_key_comes_from_a_file_or_the_environment(
    probatum, server, tmp_path, monkeypatch
):
    monkeypatch.delenv("PROBATUM_KEY")
    path = tmp_path / "events.jsonl"
    path.write_text(lines(1))
    status, told = probatum("post", path)
    assert status == 2
    assert "There is no key" in told.err
    (tmp_path / "key").write_text("from.file\n")
    assert probatum("--key-file", tmp_path / "key", "post", path)[0] == 0
    assert server.log.requests[-1][2]["authorization"] == "Bearer from.file"


def test_kept_receipts_are_verified_and_a_changed_one_is_found(
    probatum, server, recorder, tmp_path
):
    spool = tmp_path / "spool"
    with recorder(spool=spool) as log:
        for n in range(5):
            log.record(Prediction(model_version="1", output=n))
    status, told = probatum("verify", spool, "--vkey", server.log.vkey)
    assert (status, told.out) == (0, f"{spool}: 5 of 5 receipts hold.\n")
    name, _, rest = server.log.vkey.partition("+")
    status, told = probatum("verify", spool, "--vkey", f"{name}.other+{rest}")
    assert status == 1
    assert told.out.count("does not hold") == 5
    assert probatum("verify", tmp_path, "--vkey", server.log.vkey)[0] == 1


def test_a_spool_is_shown_and_sent(probatum, server, recorder, tmp_path):
    log = recorder(send=False)
    log.record(Prediction(model_version="1", output=1))
    _, told = probatum("spool", tmp_path)
    assert "1 events (" in told.out
    assert "written to, not being sent" in told.out
    log.close()
    assert probatum("send", tmp_path, "--once")[0] == 0
    _, told = probatum("spool", tmp_path)
    assert "0 events (0 bytes) wait, 0 set aside; no writer" in told.out
    assert len(server.log.entries) == 1


def test_sending_that_fails_ends_with_status_1(probatum, server, recorder, tmp_path):
    with recorder(send=False) as log:
        log.record(Prediction(model_version="1", output=1))
    server.log.answers_first = [(401, {}, b"{}")]
    assert probatum("send", tmp_path, "--once")[0] == 1


def test_what_was_set_aside_is_shown_with_its_reason(
    probatum, server, recorder, tmp_path
):
    error = {"event": 0, "field": "output", "reason": "No.", "fix": "Other."}
    body = json.dumps({"title": "Refused", "errors": [error]}).encode()
    server.log.refuses = lambda _events: (422, {}, body)
    with recorder() as log:
        event_id = log.record(Prediction(model_version="1", output=1))
    _, told = probatum("spool", tmp_path)
    assert "1 set aside" in told.out
    assert f"{event_id}: 422 Refused" in told.out


def test_a_folder_that_is_not_there_is_wrong_usage(probatum, tmp_path):
    assert probatum("spool", tmp_path / "nowhere")[0] == 2
