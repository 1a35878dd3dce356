"""Splitting a stream of events into requests that the server takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from probatum_client.errors import ProbatumError
from probatum_client.events import Prediction, encode, prepared

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from types import TracebackType

    from probatum_client.receipts import Receipt

# LIMIT: what POST /api/v1/events takes in one request.
MOST_EVENTS = 1_000
MOST_BYTES = 4 * 1024 * 1024


def check_size(event_id: str, text: bytes) -> None:
    """Raise ProbatumError for an event that no request can hold."""
    if len(text) + 2 > MOST_BYTES:
        raise ProbatumError(
            "The event is too big",
            detail=f"Event {event_id} has {len(text):,} bytes, a request at most "
            f"{MOST_BYTES:,}. Send an input_ref instead of the input.",
        )


def as_array(bodies: list[bytes]) -> bytes:
    """Return the body of a request with these events, each byte for byte."""
    return b"[" + b",".join(bodies) + b"]"


class _Waiting:
    """The events of the next request, and the receipts of those before it."""

    def __init__(self, batch_size: int) -> None:
        if not 1 <= batch_size <= MOST_EVENTS:
            raise ValueError(f"batch_size is {batch_size}; use 1 to {MOST_EVENTS}.")
        self._batch_size = batch_size
        self._clear()
        self.receipts: list[Receipt] = []

    def _clear(self) -> None:
        self._ids: list[str] = []
        self._bodies: list[bytes] = []
        self._bytes = 2

    def _has_room(self, text: bytes) -> bool:
        return self._bytes + len(text) + 1 <= MOST_BYTES

    def _add(self, event_id: str, text: bytes) -> bool:
        """Add one event; tell whether the request is full now."""
        self._ids.append(event_id)
        self._bodies.append(text)
        self._bytes += len(text) + 1
        return len(self._ids) == self._batch_size

    def _sent(self, receipts: list[Receipt]) -> None:
        self.receipts += receipts
        self._clear()

    def _explain(self, error: ProbatumError) -> None:
        first = len(self.receipts) + 1
        error.receipts = list(self.receipts)
        error.add_note(
            f"In the request with events {first} to {first + len(self._ids) - 1}."
        )


def _written(event: Prediction | Mapping[str, Any]) -> tuple[str, bytes]:
    body = prepared(event)
    event_id, text = str(body["id"]), encode(body)
    check_size(event_id, text)
    return event_id, text


class Batch(_Waiting):
    """Collects events and sends them in full requests; leaving the block sends the
    rest, also when it ends in an exception, because the predictions did happen.

    `receipts` holds the receipts of what was sent so far, in the order of logging.
    """

    def __init__(
        self,
        post: Callable[[list[str], bytes], list[Receipt]],
        batch_size: int = MOST_EVENTS,
    ) -> None:
        super().__init__(batch_size)
        self._post = post

    def __call__(self, event: Prediction | Mapping[str, Any]) -> str:
        """Add one event; return its id. Sends when a request is full."""
        event_id, text = _written(event)
        if not self._has_room(text):
            self.flush()
        if self._add(event_id, text):
            self.flush()
        return event_id

    def flush(self) -> None:
        """Send what is waiting; after a failure it still waits, so flush can be called
        again. The error carries the receipts of what went before."""
        if not self._ids:
            return
        try:
            self._sent(self._post(self._ids, as_array(self._bodies)))
        except ProbatumError as error:
            self._explain(error)
            raise

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


class AsyncBatch(_Waiting):
    """The same for an event loop: `async with client.batch() as log: await log(e)`."""

    def __init__(
        self,
        post: Callable[[list[str], bytes], Awaitable[list[Receipt]]],
        batch_size: int = MOST_EVENTS,
    ) -> None:
        super().__init__(batch_size)
        self._post = post

    async def __call__(self, event: Prediction | Mapping[str, Any]) -> str:
        """Add one event; return its id. Sends when a request is full."""
        event_id, text = _written(event)
        if not self._has_room(text):
            await self.flush()
        if self._add(event_id, text):
            await self.flush()
        return event_id

    async def flush(self) -> None:
        """Send what is waiting, as `Batch.flush` does."""
        if not self._ids:
            return
        try:
            self._sent(await self._post(self._ids, as_array(self._bodies)))
        except ProbatumError as error:
            self._explain(error)
            raise

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not isinstance(error, ProbatumError):
            await self.flush()
