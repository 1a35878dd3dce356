"""Errors as problem details (RFC 9457) and keyset pages, for the whole API."""

import sys
from http import HTTPStatus
from typing import Any

import orjson
from django.core.exceptions import ValidationError
from django.db import DataError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import defaults
from rest_framework.exceptions import ErrorDetail, NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.views import exception_handler
from structlog import get_logger

from audits.log.seal import NotSigned, SignerAway

log = get_logger(__name__)
# What programs ask; everything else is asked by browsers.
FOR_PROGRAMS = ("/api/", "/log/")
# Exporters are told by a Status, as their specification wants it.
OTLP = "/api/v1/otlp/"


class Pages(CursorPagination):
    """Keyset paging: as quick on the last page as on the first."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 500
    ordering = "-created_at"

    def paginate_queryset(
        self, queryset: Any, request: Any, view: Any = None
    ) -> list[Any] | None:
        """The page that the cursor names; 404 for a cursor that is none of ours."""
        try:
            return super().paginate_queryset(queryset, request, view)
        except (DataError, ValidationError, ValueError) as error:
            raise NotFound(_("There is no such page.")) from error


def problem(status: int, detail: str, **more: Any) -> HttpResponse:
    """An error as ``application/problem+json``, whatever the caller accepts.

    No type of ours stands behind it, so its title is the status's own phrase.
    """
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        **more,
    }
    return HttpResponse(
        orjson.dumps(body), status=status, content_type="application/problem+json"
    )


def problem_details(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """The answer to an error in a view of the API.

    One of the two places that meet every exception: what is not an API error
    stays None and becomes a plain 500, logged with its request id.
    """
    if isinstance(error, InterfaceError | OperationalError):
        log.error("database_does_not_serve", exc_info=error)
        answer = problem(503, _("The database cannot answer now. Ask again later."))
        answer["Retry-After"] = "5"
        return answer
    if isinstance(error, SignerAway | NotSigned):
        return unsigned(error)
    response = exception_handler(error, context)
    if response is None:
        return None
    detail, more = getattr(error, "detail", None), getattr(error, "problem", {})
    if isinstance(detail, (dict, list)):
        more |= {"errors": [{"field": f, "reason": why} for f, why in _flat(detail)]}
        detail = _("The request was understood, but some fields are wrong.")
    said = str(detail or error) or str(response.data["detail"])
    answer = problem(response.status_code, said, **more)
    for name in ("WWW-Authenticate", "Retry-After"):
        if name in response.headers:
            answer.headers[name] = response.headers[name]
    return answer


PROBLEM = {
    "type": "object",
    "description": "RFC 9457",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "reason"],
                "properties": {
                    "event": {"type": "integer", "description": "Place in the batch."},
                    "field": {"type": "string"},
                    "reason": {"type": "string"},
                    "fix": {"type": "string", "description": "The way to mend it."},
                },
            },
        },
    },
}


def describe_problems(result: dict[str, Any], **_more: object) -> dict[str, Any]:
    """Write into the OpenAPI document what every endpoint's errors look like."""
    result["components"]["schemas"]["ProblemDetails"] = PROBLEM
    for address, path in result["paths"].items():
        if address.startswith(OTLP):
            continue
        for operation in path.values():
            answers = operation["responses"]
            answers.setdefault("default", {"description": "An error (RFC 9457)."})
            for status, answer in answers.items():
                if status == "default" or status >= "400":
                    answer["content"] = _problem_content(status, answer)
    return result


def _problem_content(status: str, answer: dict[str, Any]) -> dict[str, Any]:
    found = answer.get("content", {}).get("application/json", {}).get("examples")
    number = HTTPStatus.NOT_FOUND if status == "default" else HTTPStatus(int(status))
    example = {
        "type": "about:blank",
        "title": number.phrase,
        "status": number.value,
        "detail": "There is no such system, or you may not see it."
        if status == "default"
        else answer["description"],
    }
    return {
        "application/problem+json": {
            "schema": {"$ref": "#/components/schemas/ProblemDetails"},
            "examples": found or {number.phrase: {"value": example}},
        }
    }


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404 of an address that is nobody's: problem details for a program."""
    if request.path.startswith(FOR_PROGRAMS):
        return problem(404, _("There is no such address. See /api/ for the others."))
    return defaults.page_not_found(request, exception)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400 of what no view was asked about, such as another installation's name."""
    if request.path.startswith(FOR_PROGRAMS):
        return problem(400, _("The request is broken, or meant for another host."))
    return defaults.bad_request(request, exception)


def unsigned(error: Exception) -> HttpResponse:
    """503: an answer without its signature would prove nothing."""
    log.error("not_signed", reason=str(error))
    answer = problem(503, _("The log cannot be signed now. Ask again later."))
    answer["Retry-After"] = "5"
    return answer


def failed(request: HttpRequest) -> HttpResponse:
    """500: the reason is in the server's log, with the request's id."""
    error = sys.exc_info()[1]
    if isinstance(error, SignerAway | NotSigned):
        if request.path.startswith(FOR_PROGRAMS):
            return unsigned(error)
        log.error("not_signed", reason=str(error))
        return render(request, "503.html", status=503)
    if request.path.startswith(FOR_PROGRAMS):
        return problem(500, _("Something failed on our side. It is in the log."))
    return defaults.server_error(request)


def _flat(detail: Any, path: str = "") -> list[tuple[str, str]]:
    """Nested serializer errors as (field, reason) pairs."""
    if isinstance(detail, ErrorDetail | str):
        return [(path or "body", str(detail))]
    if isinstance(detail, dict):
        pairs = [
            (f"{path}.{key}" if path else str(key), value)
            for key, value in detail.items()
        ]
    else:
        pairs = [
            (path if isinstance(v, str) else f"{path}[{i}]", v)
            for i, v in enumerate(detail)
        ]
    return [flat for key, value in pairs for flat in _flat(value, key)]
