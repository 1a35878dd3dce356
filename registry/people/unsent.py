"""What a person typed into a form whose session had ended, sealed for that person.

Strangers cannot make the server store anything: until somebody has signed in, the
text travels in the sign-in page, signed. A cookie says for whom this browser signed in
last (a keyed digest, no name); only that person can open the seal. Passwords and files
are never in it, and a text that is too long is not kept.
"""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, Self
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

from registry.people.models import User

SALT = "registry.people.unsent"
COOKIE = "typed_by"
# LIMIT: a long text of the technical documentation fits; it travels twice.
MOST_BYTES = 128 * 1024
MOST_FIELDS = 500
HOLDS = timedelta(hours=12)  # as long as a session
NEVER = frozenset({"csrfmiddlewaretoken", "unsent"})
# What the page itself sends: nobody would know it again.
OF_THE_PAGE = frozenset({"asked", "seen", "then", "next", "revision", "ticket"})
MACHINE = re.compile(r"[0-9a-f-]{32,}|\d{4}-\d\d-\d\dT\S+")


@dataclass(frozen=True, slots=True)
class Unsent:
    """A form as it was sent, but for what is never kept."""

    path: str
    page: str
    fields: list[tuple[str, str]]
    files: list[str]

    @classmethod
    def of(cls, request: HttpRequest) -> Self | None:
        """What was posted; None when there is a password in it or it is too long."""
        length = request.META.get("CONTENT_LENGTH") or ""
        if not length.isdecimal() or int(length) > MOST_BYTES:
            return None
        lists = request.POST.lists()
        fields = [(name, str(each)) for name, values in lists for each in values]
        if len(fields) > MOST_FIELDS or any("password" in name for name, _ in fields):
            return None
        return cls(
            path=request.get_full_path(),
            page=_page(request),
            fields=[each for each in fields if each[0] not in NEVER],
            files=[str(file) for _, file in request.FILES.items()],
        )

    @classmethod
    def kept(cls, facts: Any) -> Self | None:
        """What a session keeps, read back."""
        if not isinstance(facts, dict):
            return None
        fields = [(name, value) for name, value in facts["fields"]]
        return cls(facts["path"], facts["page"], fields, facts["files"])

    def facts(self) -> dict[str, Any]:
        """The same as a session or a seal keeps it."""
        return asdict(self)

    def typed(self) -> Iterator[tuple[str, str]]:
        """What a person will know again: each with words for the field's name."""
        for name, value in self.fields:
            if value and name not in OF_THE_PAGE and not MACHINE.fullmatch(value):
                yield re.sub(r"[_.-]+", " ", name).strip().capitalize(), value

    def seal(self, who: str) -> str:
        """A text that only the person of that mark can open."""
        facts = self.facts() | {"who": who}
        return signing.dumps(facts, salt=SALT, compress=True)


def opened(sealed: str, user: User) -> Unsent | None:
    """What the seal holds, when this person typed it, and not too long ago."""
    try:
        facts = signing.loads(sealed, salt=SALT, max_age=HOLDS)
    except signing.BadSignature:
        return None
    if not constant_time_compare(facts.pop("who"), _mark(user)):
        return None
    return Unsent.kept(facts)


def typed_by(request: HttpRequest) -> str:
    """The mark of the person who signed in last in this browser, or ""."""
    return request.COOKIES.get(COOKIE, "")[:64]


def remember(response: HttpResponse, user: User) -> None:
    """Let this browser know for whom to keep what is typed."""
    response.set_cookie(
        COOKIE,
        _mark(user),
        max_age=7 * 24 * 3600,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
    )


def forget(response: HttpResponse) -> None:
    """Who signs out leaves nothing to be kept for them."""
    response.delete_cookie(COOKIE, samesite="Lax")


def _mark(user: User) -> str:
    return salted_hmac(SALT, str(user.pk), algorithm="sha256").hexdigest()


def _page(request: HttpRequest) -> str:
    """The page with the form, when the browser says so and it is one of ours."""
    parts = urlsplit(request.headers.get("Referer", ""))
    if parts.netloc != request.get_host() or parts.path.startswith("//"):
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")
