"""One-time links for e-mails, and reading them.

The token is Django's: an HMAC over the person's password hash and last sign-in, so
setting a password spends it. Links begin with BASE_URL and never with the request's
Host header, which the sender of a request chooses.
"""

from datetime import datetime, timedelta
from urllib.parse import urljoin

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import base36_to_int, urlsafe_base64_encode

from registry.people.models import User


class LinkTokens(PasswordResetTokenGenerator):
    """Tokens of one purpose that hold for a time of their own."""

    def __init__(self, purpose: str, holds: timedelta) -> None:
        super().__init__()
        self.key_salt = f"registry.people.links.{purpose}"
        self.holds = holds

    def check_token(self, user: User | None, token: str | None) -> bool:
        """Whether the token is the person's, unspent and not too old."""
        if user is None or not user.is_active or not super().check_token(user, token):
            return False
        made = base36_to_int(str(token).partition("-")[0])
        now: int = self._num_seconds(self._now())
        return now - made <= self.holds.total_seconds()

    def _now(self) -> datetime:
        # Naive local time, as Django's own; a seam for tests' clock.
        return datetime.now()  # noqa: DTZ005


# LIMIT: an invitation may lie over a weekend; a reset is asked for and used at once.
INVITATION = LinkTokens("invitation", timedelta(days=3))
RESET = LinkTokens("reset", timedelta(hours=1))


def invitation_link(user: User) -> str:
    """The link by which an invited person sets name and password."""
    return _link("invitation", user, INVITATION)


def reset_link(user: User) -> str:
    """The link by which a person sets a new password."""
    return _link("password_reset_confirm", user, RESET)


def absolute(path: str) -> str:
    """The path as an address that works in an e-mail."""
    return urljoin(settings.BASE_URL, path)


def _link(url_name: str, user: User, tokens: LinkTokens) -> str:
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return absolute(reverse(url_name, args=[uid, tokens.make_token(user)]))
