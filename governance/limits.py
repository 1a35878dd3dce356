"""How long a request's body may be, asked before anything reads it."""

from collections.abc import Callable
from typing import Any

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

# These say themselves how long, before they read.
OWN_LIMIT = frozenset({"documents:upload"})


class BodyLimit:
    """Refuses long bodies (413) of whoever sends them.

    SECURITY: looking for the CSRF token reads the whole form and writes its files to
    the disk, before anybody has signed in; a parser of JSON reads it into memory.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        match = request.resolver_match
        if match is not None and match.view_name in OWN_LIMIT:
            return None
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) <= limit:
            return None
        detail = _("A request holds at most %(limit)s bytes.") % {"limit": limit}
        if not request.path.startswith("/api/"):
            return HttpResponse(detail, status=413, content_type="text/plain")
        problem = {
            "type": "about:blank",
            "title": _("Too large"),
            "status": 413,
            "detail": detail,
        }
        return HttpResponse(
            orjson.dumps(problem), status=413, content_type="application/problem+json"
        )
