"""`fsck` of a log behind an address; the server may be hostile too."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from audits.tlog.proof import parse as parse_proof
from audits.tlog.source import Address
from tests.audits.tlog import evidence
from tests.audits.tlog.evidence import VKEY, Outcome, run, run_here

Answer = Callable[[str], tuple[int, dict[str, str], bytes]]


class Server(ThreadingHTTPServer):
    """Answers as the test says and keeps the requests."""

    answer: Answer
    requests: list[tuple[str, str | None]]


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        server = self.server
        assert isinstance(server, Server)
        server.requests.append((self.path, self.headers["Authorization"]))
        status, headers, body = server.answer(self.path)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Handler) as found:
        found.requests = []
        thread = threading.Thread(target=found.serve_forever, args=(0.01,))
        thread.start()
        yield found
        found.shutdown()
        thread.join()


def address(server: Server) -> str:
    return f"http://127.0.0.1:{server.server_port}/log/{evidence.ORIGIN}"


def fsck(server: Server, *more: str) -> Outcome:
    return run_here("fsck", address(server), "--vkey", VKEY, "--json", *more)


def folder(log: Path) -> Answer:
    def answer(path: str) -> tuple[int, dict[str, str], bytes]:
        file = log / path.removeprefix(f"/log/{evidence.ORIGIN}/")
        return (200, {}, file.read_bytes()) if file.is_file() else (404, {}, b"none")

    return answer


def test_a_log_behind_an_address_holds_and_the_header_is_sent(
    server: Server, log: Path
) -> None:
    server.answer = folder(log)
    found = fsck(server, "--header", "Authorization: Bearer a.b")
    assert found.status == 0, found.err
    assert {sent for _, sent in server.requests} == {"Bearer a.b"}
    (log / "tile/entries/001").unlink()
    assert fsck(server).faults[0][1] == "the file is missing"


def test_two_checkpoints_are_compared_over_an_address(
    verifier: Path, server: Server, log: Path, tmp_path: Path
) -> None:
    server.answer = folder(log)
    (tmp_path / "old").write_bytes(evidence.checkpoint(300))
    found = run(
        verifier,
        "verify",
        tmp_path / "old",
        log / "checkpoint",
        "--log",
        address(server),
        "--vkey",
        VKEY,
    )
    assert found.status == 0, found.err
    assert all("/tile/" in path for path, _ in server.requests)


@pytest.mark.parametrize(
    ("status", "headers", "reason"),
    [
        (401, {}, "status 401"),
        (403, {}, "is a --header with the key needed?"),
        (500, {}, "status 500"),
        (302, {"Location": "http://127.0.0.1:1/checkpoint"}, "status 302"),
        (302, {"Location": "file:///etc/hostname"}, "status 302"),
    ],
)
def test_nothing_is_said_of_a_log_that_cannot_be_read(
    server: Server, status: int, headers: dict[str, str], reason: str
) -> None:
    server.answer = lambda path: (status, headers, b"")
    found = fsck(server)
    assert found.status == 2
    assert reason in found.err
    assert len(server.requests) == 1


def test_an_endless_answer_is_cut(server: Server, log: Path) -> None:
    sound = folder(log)

    def answer(path: str) -> tuple[int, dict[str, str], bytes]:
        status, headers, body = sound(path)
        return status, headers, body + bytes(9 << 20 if "/0/000" in path else 0)

    server.answer = answer
    read = Address(address(server), {}).get("tile/0/000", 8192)
    assert read is not None
    assert len(read) == 8193
    found = fsck(server)
    assert found.faults[0] == ("tile/0/000", "the tile has 8192 bytes, found more")


def test_a_server_that_is_not_there_is_no_fault_of_the_log() -> None:
    found = run_here("fsck", "http://127.0.0.1:1/log/a", "--vkey", VKEY)
    assert found.status == 2
    assert "cannot read http://127.0.0.1:1/log/a/checkpoint" in found.err


@pytest.mark.parametrize(
    "place", ["file:///etc", "http:///a", "http://u:p@h/", "ftp://h/"]
)
def test_only_plain_web_addresses_are_read(place: str) -> None:
    assert run_here("fsck", place, "--vkey", VKEY).status == 2


def test_the_receipts_of_the_log_say_what_the_log_says() -> None:
    assert parse_proof(evidence.proof(3)).note == evidence.checkpoint(600)
