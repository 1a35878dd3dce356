"""The client for an event loop: the same calls, awaited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import httpx

from probatum_client.addresses import (
    EVENTS,
    JSON,
    OVERSIGHT,
    TEXT,
    check_address,
    headers,
)
from probatum_client.batches import MOST_EVENTS, AsyncBatch
from probatum_client.events import Prediction, Review, encode, prepared
from probatum_client.receipts import Receipt, from_answer
from probatum_client.sending import AsyncSender

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Iterable, Mapping
    from types import TracebackType
    from uuid import UUID


class AsyncClient:
    """As `Client`, for asyncio; its arguments mean the same."""

    def __init__(
        self,
        url: str,
        api_key: str,
        *,
        timeout: float = 30.0,
        retries: int = 5,
        allow_http: bool = False,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        check_address(url, allow_http=allow_http)
        self._http = httpx.AsyncClient(
            base_url=url, timeout=timeout, transport=transport, headers=headers(api_key)
        )
        self._sender = AsyncSender(self._http, retries=retries)

    async def log(self, event: Prediction | Mapping[str, Any]) -> Receipt:
        """Send one prediction; when this returns it is committed and in the signed
        tree."""
        return (await self.log_many([event]))[0]

    async def log_many(
        self,
        events: Iterable[Prediction | Mapping[str, Any]]
        | AsyncIterable[Prediction | Mapping[str, Any]],
        batch_size: int = MOST_EVENTS,
    ) -> list[Receipt]:
        """Send predictions as `Client.log_many` does; they may come from an
        asynchronous iterator."""
        async with self.batch(batch_size) as log:
            if hasattr(events, "__aiter__"):
                async for event in events:
                    await log(event)
            else:
                for event in events:
                    await log(event)
        return log.receipts

    def batch(self, batch_size: int = MOST_EVENTS) -> AsyncBatch:
        """Return a collector: `async with client.batch() as log: await log(event)`."""
        return AsyncBatch(self._post_events, batch_size)

    async def review(self, review: Review | Mapping[str, Any]) -> Receipt:
        """Send what a person did with a prediction (Art. 14(4))."""
        body = prepared(review)
        return (await self._post(OVERSIGHT, [str(body["id"])], encode(body)))[0]

    async def event(self, event_id: UUID | str) -> dict[str, Any]:
        """Return one event: its entry, its payload, its index and leaf hash."""
        answer = await self._sender.send("GET", f"{EVENTS}/{event_id}", accept=JSON)
        found: dict[str, Any] = answer.json()
        return found

    async def proof(self, event_id: UUID | str) -> str:
        """Return the event's proof as one text file (`.tlog-proof`)."""
        path = f"{EVENTS}/{event_id}/proof"
        answer = await self._sender.send("GET", path, accept=TEXT)
        return answer.content.decode("utf-8")

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        # SECURITY: never the key, a repr ends in log files.
        return f"AsyncClient({str(self._http.base_url)!r})"

    async def _post_events(self, ids: list[str], content: bytes) -> list[Receipt]:
        return await self._post(EVENTS, ids, content)

    async def _post(self, path: str, ids: list[str], content: bytes) -> list[Receipt]:
        answer = await self._sender.send("POST", path, content=content, accept=JSON)
        return from_answer(answer.content, ids)
