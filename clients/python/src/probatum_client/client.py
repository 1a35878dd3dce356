"""The client: a call for each thing that the server does, and a batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import httpx

from probatum_client.addresses import (
    BYTES,
    EVENTS,
    JSON,
    OVERSIGHT,
    TEXT,
    check_address,
    headers,
    of_log,
)
from probatum_client.batches import MOST_EVENTS, Batch
from probatum_client.events import Prediction, Review, encode, prepared
from probatum_client.receipts import Receipt, from_answer
from probatum_client.sending import Sender

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from types import TracebackType
    from uuid import UUID


class Client:
    """Speaks to one Probatum with one key; safe to share between threads.

    `timeout` is in seconds and holds for each attempt; `retries` counts further
    attempts after 429, 502, 503, 504 or a lost connection. Plain http is refused except
    to this machine, since the key would travel readable; `allow_http=True` permits it.
    """

    def __init__(
        self,
        url: str,
        api_key: str,
        *,
        timeout: float = 30.0,
        retries: int = 5,
        allow_http: bool = False,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        check_address(url, allow_http=allow_http)
        self._http = httpx.Client(
            base_url=url, timeout=timeout, transport=transport, headers=headers(api_key)
        )
        self._sender = Sender(self._http, retries=retries)

    def log(self, event: Prediction | Mapping[str, Any]) -> Receipt:
        """Send one prediction; when this returns it is committed and in the signed
        tree."""
        return self.log_many([event])[0]

    def log_many(
        self,
        events: Iterable[Prediction | Mapping[str, Any]],
        batch_size: int = MOST_EVENTS,
    ) -> list[Receipt]:
        """Send predictions in requests of at most `batch_size` events and 4 MiB; return
        the receipts in the same order. A request is stored as a whole or not at all."""
        with self.batch(batch_size) as log:
            for event in events:
                log(event)
        return log.receipts

    def batch(self, batch_size: int = MOST_EVENTS) -> Batch:
        """Return a collector: `with client.batch() as log: log(event)`."""
        return Batch(self._post_events, batch_size)

    def review(self, review: Review | Mapping[str, Any]) -> Receipt:
        """Send what a person did with a prediction (Art. 14(4))."""
        body = prepared(review)
        return self._post(OVERSIGHT, [str(body["id"])], encode(body))[0]

    def event(self, event_id: UUID | str) -> dict[str, Any]:
        """Return one event: its entry, its payload, its index and leaf hash."""
        answer = self._sender.send("GET", f"{EVENTS}/{event_id}", accept=JSON)
        found: dict[str, Any] = answer.json()
        return found

    def proof(self, event_id: UUID | str) -> str:
        """Return the event's proof as one text file (`.tlog-proof`), to be kept and
        checked offline."""
        path = f"{EVENTS}/{event_id}/proof"
        answer = self._sender.send("GET", path, accept=TEXT)
        return answer.content.decode("utf-8")

    def checkpoint(self, origin: str) -> str:
        """Return a log's newest signed checkpoint."""
        path = of_log(origin, "checkpoint")
        return self._sender.send("GET", path, accept=TEXT).content.decode("utf-8")

    def tile(self, origin: str, path: str) -> bytes:
        """Return a tile of a log, such as tile/0/000.p/7 (c2sp.org/tlog-tiles)."""
        return self._sender.send("GET", of_log(origin, path), accept=BYTES).content

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        # SECURITY: never the key, a repr ends in log files.
        return f"Client({str(self._http.base_url)!r})"

    def _post_events(self, ids: list[str], content: bytes) -> list[Receipt]:
        return self._post(EVENTS, ids, content)

    def _post(self, path: str, ids: list[str], content: bytes) -> list[Receipt]:
        answer = self._sender.send("POST", path, content=content, accept=JSON)
        return from_answer(answer.content, ids)
