"""Splitting a stream of events into requests that the server takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from probatum_client.errors import ProbatumError
from probatum_client.events import Prediction, encode, prepared

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

    from probatum_client.receipts import Receipt

# LIMIT: what POST /api/v1/events takes in one request.
MOST_EVENTS = 1_000
MOST_BYTES = 4 * 1024 * 1024


class Batch:
    """Collects events and sends them in full requests; leaving the block sends the
    rest, also when it ends in an exception, because the predictions did happen.

    `receipts` holds the receipts of what was sent so far, in the order of logging.
    """

    def __init__(
        self,
        post: Callable[[list[str], bytes], list[Receipt]],
        batch_size: int = MOST_EVENTS,
    ) -> None:
        if not 1 <= batch_size <= MOST_EVENTS:
            raise ValueError(f"batch_size is {batch_size}; use 1 to {MOST_EVENTS}.")
        self._post = post
        self._batch_size = batch_size
        self._ids: list[str] = []
        self._bodies: list[bytes] = []
        self._bytes = 2
        self.receipts: list[Receipt] = []

    def __call__(self, event: Prediction | Mapping[str, Any]) -> str:
        """Add one event; return its id. Sends when a request is full."""
        body = prepared(event)
        event_id, text = str(body["id"]), encode(body)
        if len(text) + 2 > MOST_BYTES:
            raise ProbatumError(
                "The event is too big",
                detail=f"Event {event_id} has {len(text):,} bytes, a request at most "
                f"{MOST_BYTES:,}. Send an input_ref instead of the input.",
            )
        if self._bytes + len(text) + 1 > MOST_BYTES:
            self.flush()
        self._ids.append(event_id)
        self._bodies.append(text)
        self._bytes += len(text) + 1
        if len(self._ids) == self._batch_size:
            self.flush()
        return event_id

    def flush(self) -> None:
        """Send what is waiting; after a failure it still waits, so flush can be called
        again. The error carries the receipts of what went before."""
        if not self._ids:
            return
        try:
            self.receipts += self._post(
                self._ids, b"[" + b",".join(self._bodies) + b"]"
            )
        except ProbatumError as error:
            first = len(self.receipts) + 1
            error.receipts = list(self.receipts)
            error.add_note(
                f"In the request with events {first} to {first + len(self._ids) - 1}."
            )
            raise
        self._ids, self._bodies, self._bytes = [], [], 2

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not isinstance(error, ProbatumError):  # it would be refused once more
            self.flush()
