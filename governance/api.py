"""Errors as problem details (RFC 9457) and keyset pages, for the whole API."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DataError
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, ErrorDetail, NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.response import Response
from rest_framework.views import exception_handler


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


def problem_details(error: Exception, context: dict[str, Any]) -> Response | None:
    """The answer to an error, as ``application/problem+json``.

    One of the two places that meet every exception: what is not an API error
    stays None and becomes a plain 500, logged with its request id.
    """
    response = exception_handler(error, context)
    if response is None:
        return None
    problem: dict[str, Any] = {
        "type": "about:blank",
        "title": _title(error),
        "status": response.status_code,
    }
    detail = getattr(error, "detail", None)
    if isinstance(detail, (dict, list)):
        problem["detail"] = _("The request was understood, but some fields are wrong.")
        problem["errors"] = [
            {"field": field, "reason": reason} for field, reason in _flat(detail)
        ]
    elif detail is not None:
        problem["detail"] = str(detail)
    elif str(error):
        problem["detail"] = str(error)
    if extra := getattr(error, "problem", None):
        problem |= extra
    response.data = problem
    response.content_type = "application/problem+json"
    return response


def _title(error: Exception) -> str:
    if isinstance(error, APIException):
        return str(error.default_detail)
    if isinstance(error, Http404):
        return _("Not found")
    if isinstance(error, PermissionDenied):
        return _("Not allowed")
    return _("Error")


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
