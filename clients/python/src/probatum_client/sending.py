"""One request, sent until there is an answer worth having.

Sending again is safe: events carry ids, and the same id with the same content is
stored once. So a lost answer, a restart of the server (502, 503, 504) and a full queue
(429) are waited out; any other answer is final. Waits grow and are drawn at random
("full jitter"), so that many producers do not come back at the same moment.
"""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import count

import httpx

from probatum_client.errors import ProbatumError, from_answer

RETRIED = frozenset({429, 502, 503, 504})
FIRST_WAIT, LONGEST_WAIT = 0.25, 30.0  # seconds
# A request that could not even be written will not be better the next time.
HOPELESS = (httpx.UnsupportedProtocol, httpx.LocalProtocolError)


class Sender:
    """Sends requests over one pool of connections."""

    def __init__(self, http: httpx.Client, *, retries: int) -> None:
        self._http = http
        self._retries = retries

    def send(
        self, method: str, path: str, *, content: bytes | None = None, accept: str
    ) -> httpx.Response:
        """Return the answer of a request that went well; raise ProbatumError else."""
        headers = {"Accept": f"{accept}, application/problem+json"}
        if content is not None:
            headers["Content-Type"] = "application/json"
        request = self._http.build_request(
            method, path, content=content, headers=headers
        )
        for attempt in count():
            last = attempt == self._retries
            try:
                response = self._http.send(request)
            except httpx.TransportError as reason:
                if last or isinstance(reason, HOPELESS):
                    raise _silence(request, reason, attempt + 1) from reason
                time.sleep(_jitter(attempt))
                continue
            if response.is_success:
                break
            wait = _wait(response, attempt)
            if last or response.status_code not in RETRIED or wait > LONGEST_WAIT:
                raise from_answer(response.status_code, response.content)
            time.sleep(wait)
        return response


def _silence(
    request: httpx.Request, reason: httpx.TransportError, attempts: int
) -> ProbatumError:
    attempted = f"{attempts} attempts at {request.url}"
    return ProbatumError(
        "No answer from the server",
        detail=f"{type(reason).__name__}: {reason} ({attempted}). The events may be "
        "stored; sending the same events again does no harm.",
    )


def _jitter(attempt: int) -> float:
    ceiling = min(LONGEST_WAIT, FIRST_WAIT * 2**attempt)
    return random.uniform(0, ceiling)  # noqa: S311 - spreads load, hides nothing


def _wait(response: httpx.Response, attempt: int) -> float:
    """The server's own wish (seconds or a date) plus jitter, else jitter alone."""
    wish = response.headers.get("Retry-After", "").strip()
    if wish.isdigit():
        return int(wish) + _jitter(0)
    try:
        moment = parsedate_to_datetime(wish)
    except ValueError:
        return _jitter(attempt)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds()) + _jitter(0)
