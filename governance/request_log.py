"""What the structured log says of a request.

SECURITY: a one-time link is as good as a password until it is spent, and what people
search for may name somebody: neither stands in a log.
"""

import re

from axes.helpers import get_client_ip_address
from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware
from structlog.contextvars import bind_contextvars

LINK = re.compile(r"^/account/(reset|invitation)/[^/]+/[^/]+")


class RequestLog(RequestMiddleware):
    """Begins and ends each request in the log, with its path and who asked."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """Method and path, without the query string and without a link's token."""
        shown = LINK.sub(r"/account/\1/***", request.path)
        return f"{request.method} {shown}"

    @classmethod
    def bind_ip(cls, request: HttpRequest) -> None:
        """The address as sign-in sees it: not whatever a header claims."""
        bind_contextvars(ip=get_client_ip_address(request))
