"""Answers machines before sessions, cookies, languages and pages are looked at.

A service shows a key and wants its receipt; what pages need would cost it as much
time as its event does. Without this the same views answer, only slower.
"""

import secrets
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from structlog import get_logger

from audits.events.api.door import View
from audits.events.api.events import post_events
from audits.events.api.otlp import post_logs, post_traces
from audits.oversight.api import post_review
from registry.predictions.api.machines import Asked, read_proof

log = get_logger(__name__)
MACHINES: dict[str, View] = {
    "/api/v1/events": post_events,
    "/api/v1/otlp/v1/traces": post_traces,
    "/api/v1/otlp/v1/logs": post_logs,
    "/api/v1/oversight": post_review,
}


class MachinesFirst:
    """Short-circuits what only services post to, and the proof that a source reads."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        meta = request.META
        asked = Asked(
            request.method or "", request.path_info, meta.get("QUERY_STRING", ""),
            meta.get("HTTP_AUTHORIZATION", ""), meta.get("HTTP_ACCEPT", ""),
        )  # fmt: skip
        response = read_proof(asked)
        if response is None:
            view = MACHINES.get(request.path_info)
            if view is None or request.method != "POST":
                return self.get_response(request)
            response = view(request)
        more = finished(response.status_code, request.path_info)
        for name, value in more.items():
            response[name] = value
        return response


def finished(status: int, path: str) -> dict[str, str]:
    """What each answer to a machine has in its head; a refusal stands in our log."""
    request_id = secrets.token_hex(8)
    if status >= 400:
        log.warning("machine_refused", path=path, status=status, request_id=request_id)
    return {"X-Request-ID": request_id, "Cache-Control": "no-store"}
