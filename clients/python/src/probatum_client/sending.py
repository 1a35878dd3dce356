"""One request, sent until there is an answer worth having.

Sending again is safe: events carry ids, and the same id with the same content is
stored once. So a lost answer, a restart of the server (502, 503, 504) and a full queue
(429) are waited out; any other answer is final. Waits grow and are drawn at random
("full jitter"), so that many producers do not come back at the same moment.
"""

from __future__ import annotations

import asyncio
import random
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from probatum_client.errors import ProbatumError, from_answer

RETRIED = frozenset({429, 502, 503, 504})
FIRST_WAIT, LONGEST_WAIT = 0.25, 30.0  # seconds
# A request that could not even be written will not be better the next time.
HOPELESS = (httpx.UnsupportedProtocol, httpx.LocalProtocolError)


class Attempts:
    """Decides after each attempt at a request what comes next; does no I/O itself."""

    def __init__(self, retries: int) -> None:
        self._left = retries
        self._made = 0

    def answered(self, response: httpx.Response) -> float | None:
        """Return None for a request that went well, else the seconds to wait before
        the next attempt; raise ProbatumError when there will be none."""
        if response.is_success:
            return None
        wish = asked_wait(response)
        wait = jitter(self._made) if wish is None else wish + jitter(0)
        final = response.status_code not in RETRIED or wait > LONGEST_WAIT
        if final or not self._left:
            error = from_answer(response.status_code, response.content)
            error.retry_after = wish
            raise error
        return self._next(wait)

    def unanswered(self, request: httpx.Request, reason: httpx.RequestError) -> float:
        """Return the seconds to wait before the next attempt, or raise."""
        if not self._left or isinstance(reason, HOPELESS):
            raise _silence(request, reason, self._made + 1) from reason
        return self._next(jitter(self._made))

    def _next(self, wait: float) -> float:
        self._left, self._made = self._left - 1, self._made + 1
        return wait


class Sender:
    """Sends requests over one pool of connections."""

    def __init__(self, http: httpx.Client, *, retries: int) -> None:
        self._http = http
        self._retries = retries

    def send(
        self, method: str, path: str, *, content: bytes | None = None, accept: str
    ) -> httpx.Response:
        """Return the answer of a request that went well; raise ProbatumError else."""
        headers = _headers(content, accept)
        request = self._http.build_request(
            method, path, content=content, headers=headers
        )
        attempts = Attempts(self._retries)
        while True:
            try:
                response = self._http.send(request)
            except httpx.RequestError as reason:
                time.sleep(attempts.unanswered(request, reason))
                continue
            wait = attempts.answered(response)
            if wait is None:
                return response
            time.sleep(wait)


class AsyncSender:
    """The same for an event loop."""

    def __init__(self, http: httpx.AsyncClient, *, retries: int) -> None:
        self._http = http
        self._retries = retries

    async def send(
        self, method: str, path: str, *, content: bytes | None = None, accept: str
    ) -> httpx.Response:
        """Return the answer of a request that went well; raise ProbatumError else."""
        headers = _headers(content, accept)
        request = self._http.build_request(
            method, path, content=content, headers=headers
        )
        attempts = Attempts(self._retries)
        while True:
            try:
                response = await self._http.send(request)
            except httpx.RequestError as reason:
                await asyncio.sleep(attempts.unanswered(request, reason))
                continue
            wait = attempts.answered(response)
            if wait is None:
                return response
            await asyncio.sleep(wait)


def _headers(content: bytes | None, accept: str) -> dict[str, str]:
    headers = {"Accept": f"{accept}, application/problem+json"}
    if content is not None:
        headers["Content-Type"] = "application/json"
    return headers


def _silence(
    request: httpx.Request, reason: httpx.RequestError, attempts: int
) -> ProbatumError:
    attempted = f"{attempts} attempts at {request.url}"
    return ProbatumError(
        "No answer from the server",
        detail=f"{type(reason).__name__}: {reason} ({attempted}). The events may be "
        "stored; sending the same events again does no harm.",
    )


def jitter(attempt: int) -> float:
    """Return a random wait in seconds, the longer the more attempts were made."""
    # Beyond the 8th power of two it is LONGEST_WAIT anyway; without the bound a day of
    # attempts would compute numbers that no float holds.
    ceiling = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(attempt, 8))
    return random.uniform(0, ceiling)  # noqa: S311 - spreads load, hides nothing


def asked_wait(response: httpx.Response) -> float | None:
    """Return the seconds that the server asks to wait, sent as a number or a date."""
    wish = response.headers.get("Retry-After", "").strip()
    if wish.isdigit():
        return float(wish)
    try:
        moment = parsedate_to_datetime(wish)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
