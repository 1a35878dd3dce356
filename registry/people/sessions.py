"""Browser sessions that name their person, so that each can be seen and ended.

The module is the session engine (``SESSION_ENGINE``) and its middleware. A row is
deleted to end a session: the next request of that browser finds nothing.
"""

from datetime import datetime, timedelta
from typing import Any, cast

from axes.helpers import get_client_ip_address
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.middleware import SessionMiddleware as BaseMiddleware
from django.db import router
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from registry.people.models import UserSession

# LIMIT: "last seen" is this coarse, so that reading pages does not write a row each.
SEEN_EVERY = timedelta(minutes=5)


class SessionStore(DatabaseStore):
    """Keeps sessions in ``registry_session`` with the person and the browser."""

    address: str | None = None
    agent: str = ""
    seen_at: datetime | None = None

    @classmethod
    def get_model_class(cls) -> type[UserSession]:
        return UserSession

    def _get_session_from_db(self) -> UserSession | None:
        row: UserSession | None = super()._get_session_from_db()  # type: ignore[misc]
        self.seen_at = row.seen_at if row else None
        return row

    def create_model_instance(self, data: dict[str, Any]) -> UserSession:
        row = cast(UserSession, super().create_model_instance(data))
        row.user_id = data.get(SESSION_KEY)
        row.address = self.address
        row.agent = self.agent[:200]
        return row

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002 - Django's signature
        """Store the session; UpdateError when it was ended in the meantime."""
        if self.session_key is None or must_create:
            super().save(must_create=must_create)
            return
        row = self.create_model_instance(dict(self.items()))
        using = router.db_for_write(UserSession, instance=row)
        changed = UserSession.objects.using(using).filter(pk=row.pk)
        # created_at stays; an ended session must not come back by being saved.
        if not changed.update(
            session_data=row.session_data,
            expire_date=row.expire_date,
            user=row.user_id,
            seen_at=timezone.now(),
        ):
            raise UpdateError

    def touch(self, at: datetime) -> None:
        """Note that the session was used, when the last note is old enough."""
        if self.seen_at is not None and at - self.seen_at >= SEEN_EVERY:
            UserSession.objects.filter(pk=self.session_key).update(seen_at=at)


class SessionMiddleware(BaseMiddleware):
    """Tells the session which browser it serves, and when it was last seen."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        session = cast(SessionStore, request.session)
        session.address = get_client_ip_address(request)
        session.agent = request.headers.get("User-Agent", "")

    def process_response(
        self, request: HttpRequest, response: HttpResponse
    ) -> HttpResponse:
        session = cast(SessionStore, request.session)
        if session.accessed and not session.modified:
            session.touch(timezone.now())
        if session.accessed:
            # SECURITY: on a shared machine, "back" shows nothing after signing out.
            response.headers.setdefault("Cache-Control", "private, no-store")
        return super().process_response(request, response)
