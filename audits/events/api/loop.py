"""`POST /api/v1/events` on an event loop: the answer of `post_events`, only sooner.

A thread for each event that waits costs more time than the event does. What is
seldom asked for is left to the ordinary view: packed or large bodies, a dry run,
CloudEvents in headers.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.utils import timezone

from audits.events.access import SourceKeyHolder
from audits.events.api.door import TOLD, admitted, told
from audits.events.api.events import encoded, parse_events, split_body
from audits.events.api.problems import KIND, Problem
from audits.events.models import Scope
from audits.events.services import Posted, append_soon
from audits.events.turns import soon

Headers = Mapping[bytes, bytes]
# LIMIT: reading a body keeps all others waiting, about 0.1 ms for each kB.
MOST_BYTES = 1 << 15
SELDOM = {b"content-encoding", b"transfer-encoding", b"ce-specversion"}


def is_usual(headers: Headers) -> bool:
    """Whether a request with these headers is taken in here."""
    length = headers.get(b"content-length", b"")
    is_small = length.isdigit() and len(length) < 9 and int(length) <= MOST_BYTES
    return is_small and SELDOM.isdisjoint(headers)


class Reply(NamedTuple):
    """What is answered."""

    status: int
    headers: dict[str, str]
    body: bytes


async def post_events(headers: Headers, body: bytes) -> Reply:
    """Take in the events of a usual request, for the key's own log."""
    try:
        holder, posted, now = await soon(_read, headers, body)
        answer = await append_soon(
            source=holder.source, log=holder.log, posted=posted, now=now
        )
    except Problem as error:
        problem = error
    except tuple(TOLD) as error:
        problem = told(error)
    else:
        status, content = encoded(answer)
        return Reply(status, {"Content-Type": "application/json"}, content)
    headers_of_it = {"Content-Type": KIND, **problem.headers}
    return Reply(problem.status, headers_of_it, problem.encoded())


def _read(
    headers: Headers, body: bytes
) -> tuple[SourceKeyHolder, Sequence[Posted], datetime]:
    authorization = headers.get(b"authorization", b"").decode("latin-1")
    holder = admitted(authorization, Scope.EVENTS_WRITE)
    now = timezone.now()
    kind = headers.get(b"content-type", b"").decode("latin-1")
    bodies, decode = split_body(body, {"CONTENT_TYPE": kind})
    return holder, parse_events(bodies, now, decode), now
