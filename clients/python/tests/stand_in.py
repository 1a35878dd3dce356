"""A stand-in for the server on a loopback socket: it keeps a log in memory and answers
as the API does. Its tree is the slow recursion of RFC 6962, apart from the client's."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

if TYPE_CHECKING:
    from collections.abc import Callable

ORIGIN = "log.example/bank/credit-abc123"
Answer = tuple[int, dict[str, str], bytes]


def tree_hash(leaves: list[bytes]) -> bytes:
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    both = tree_hash(leaves[:k]) + tree_hash(leaves[k:])
    return hashlib.sha256(b"\1" + both).digest()


def path(index: int, leaves: list[bytes]) -> list[bytes]:
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if index < k:
        return [*path(index, leaves[:k]), tree_hash(leaves[k:])]
    return [*path(index - k, leaves[k:]), tree_hash(leaves[:k])]


def split(n: int) -> int:
    return 1 << (n - 1).bit_length() - 1


class FakeLog:
    def __init__(self) -> None:
        self.key = Ed25519PrivateKey.from_private_bytes(b"\7" * 32)
        self.entries: list[bytes] = []
        self.bodies: dict[str, Any] = {}
        self.indexes: dict[str, int] = {}
        self.beats: list[dict[str, Any]] = []
        self.hears = True
        self.requests: list[tuple[str, str, dict[str, str], bytes]] = []
        self.answers_first: list[Answer | None] = []  # None: hang up without a word
        self.refuses: Callable[[list[Any]], Answer | None] = lambda events: None

    @property
    def vkey(self) -> str:
        key = b"\1" + self.key.public_key().public_bytes_raw()
        return f"{ORIGIN}+{self.key_id.hex()}+{b64encode(key).decode()}"

    @property
    def key_id(self) -> bytes:
        key = b"\1" + self.key.public_key().public_bytes_raw()
        return hashlib.sha256(f"{ORIGIN}\n".encode() + key).digest()[:4]

    @property
    def leaves(self) -> list[bytes]:
        return [hashlib.sha256(b"\0" + e).digest() for e in self.entries]

    def checkpoint(self) -> str:
        root = b64encode(tree_hash(self.leaves)).decode()
        text = f"{ORIGIN}\n{len(self.entries)}\n{root}\n"
        signature = b64encode(self.key_id + self.key.sign(text.encode())).decode()
        return f"{text}\n\u2014 {ORIGIN} {signature}\n"

    def take(self, body: bytes) -> Answer:
        events = json.loads(body)
        events = events if isinstance(events, list) else [events]
        if refusal := self.refuses(events):
            return refusal
        for at, event in enumerate(events):
            earlier = [e for e in events[:at] if e["id"] == event["id"]]
            if any(e != event for e in [*earlier, self.bodies.get(event["id"], event)]):
                title = "An event with this id has another content"
                named = [{"field": "id", "reason": event["id"], "fix": ""}]
                return 409, {}, problem(409, title, errors=named)
        status = {e["id"]: "duplicate" for e in events}
        for event in events:
            if event["id"] in self.bodies:
                continue
            status[event["id"]] = "appended"
            self.bodies[event["id"]] = event
            self.indexes[event["id"]] = len(self.entries)
            self.entries.append(json.dumps({"eid": event["id"]}).encode())
        answer = self.answer([e["id"] for e in events], status)
        new = "appended" in status.values()
        return 201 if new else 200, {}, json.dumps(answer).encode()

    def answer(self, ids: list[str], status: dict[str, str]) -> dict[str, Any]:
        leaves, hashes, receipts = self.leaves, [], []
        for event_id in ids:
            index = self.indexes[event_id]
            way = path(index, leaves)
            hashes += [h for h in way if h not in hashes]
            receipts.append(
                {
                    "id": event_id,
                    "status": status[event_id],
                    "index": index,
                    "leaf_hash": leaves[index].hex(),
                    "path": [hashes.index(h) for h in way],
                    "flags": [],
                }
            )
        return {
            "log": ORIGIN,
            "checkpoint": self.checkpoint(),
            "hashes": [b64encode(h).decode() for h in hashes],
            "events": receipts,
        }


def problem(status: int, title: str, **more: Any) -> bytes:
    return json.dumps({"title": title, "status": status} | more).encode()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet
    log: FakeLog

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/api/v1/heartbeats":
            self.log.beats.append(json.loads(body) | {"after": len(self.log.entries)})
            self.reply((201 if self.log.hears else 404, {}, b"{}"))
            return
        self.note(body)
        if not self.answered_first():
            self.reply(self.log.take(body))

    def do_GET(self) -> None:
        self.note(b"")
        if self.answered_first():
            return
        event_id = self.path.split("/")[4]
        if event_id not in self.log.indexes:
            self.reply((404, {}, problem(404, "There is no such event")))
        elif self.path.endswith("/proof"):
            self.reply((200, {"Content-Type": "text/plain"}, "a proof \u2014".encode()))
        else:
            self.reply((200, {}, json.dumps({"id": event_id}).encode()))

    def note(self, body: bytes) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.log.requests.append((self.command, self.path, headers, body))

    def answered_first(self) -> bool:
        if not self.log.answers_first:
            return False
        answer = self.log.answers_first.pop(0)
        if answer is None:
            self.close_connection = True
            return True
        self.reply(answer)
        return True

    def reply(self, answer: Answer) -> None:
        status, headers, body = answer
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Keep quiet: pytest shows what matters."""


class StandIn:
    def __init__(self) -> None:
        self.log = FakeLog()
        handler = type("Bound", (Handler,), {"log": self.log})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.thread = Thread(
            target=self.server.serve_forever, args=(0.01,), daemon=True
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self) -> StandIn:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
