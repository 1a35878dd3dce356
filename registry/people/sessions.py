"""Browser sessions that name their person, so that each can be seen and ended.

The module is the session engine (``SESSION_ENGINE``) and its middleware.
"""

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.middleware import SessionMiddleware as BaseMiddleware
from django.http import HttpRequest

from registry.people.models import UserSession


class SessionStore(DatabaseStore):
    """Keeps sessions in ``registry_session`` with the person and the browser."""

    address: str | None = None
    agent: str = ""

    @classmethod
    def get_model_class(cls) -> type[UserSession]:
        return UserSession

    def create_model_instance(self, data: dict[str, Any]) -> UserSession:
        row = super().create_model_instance(data)
        row.user_id = data.get("_auth_user_id")
        row.address = self.address
        row.agent = self.agent[:200]
        return row


class SessionMiddleware(BaseMiddleware):
    """Tells the session which browser it serves."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.session.address = request.META.get("REMOTE_ADDR") or None
        request.session.agent = request.headers.get("User-Agent", "")
