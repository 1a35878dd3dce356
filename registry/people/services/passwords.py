"""Changing and resetting a password; both end the person's other sessions."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from axes.utils import reset as unlock
from django.db import transaction

from audits.trail.services import Actor, record
from registry.people import throttle
from registry.people.links import invitation_link, reset_link
from registry.people.models import User
from registry.people.services.organisations import installation_log
from registry.people.services.signing_in import as_actor

# LIMIT: enough for somebody who mistypes, too little to flood a mailbox.
PER_PERSON = throttle.Limit("reset", 3, timedelta(hours=1))
PER_ADDRESS = throttle.Limit("reset-address", 20, timedelta(hours=1))


@dataclass(frozen=True)
class Reset:
    """Whom to write to, and the link; an invited person gets the invitation again."""

    user: User
    link: str


def prepare_reset(*, email: str, address: str | None, at: datetime) -> Reset | None:
    """The link to send; None for an unknown address, or when asked too often.

    The caller answers the same in each case, so that nobody learns who has an
    account here.
    """
    email = email.strip().lower()
    for limit, value in ((PER_ADDRESS, address or ""), (PER_PERSON, email)):
        if throttle.spend(limit, value, at=at) > limit.tries:
            return None
    user = User.objects.filter(email=email, is_active=True).first()
    if user is None:
        return None
    return Reset(
        user, reset_link(user) if user.has_usable_password() else invitation_link(user)
    )


@transaction.atomic
def change_password(
    *, user: User, password: str, keep: str | None, at: datetime
) -> None:
    """Set a new password of a signed-in person and end the sessions but `keep`."""
    _set(user, password, keep, "password.changed", at)


@transaction.atomic
def reset_password(
    *, user: User, password: str, at: datetime, by: Actor | None = None
) -> None:
    """Set a new password; ends every session and pause.

    The person did it, by the link from an e-mail, unless somebody is named.
    """
    _set(user, password, None, "password.reset", at, by)
    unlock(username=user.email)


def _set(
    user: User,
    password: str,
    keep: str | None,
    verb: str,
    at: datetime,
    by: Actor | None = None,
) -> None:
    user.set_password(password)
    user.save(update_fields=["password"])
    user.sessions.exclude(pk=keep or "").delete()
    log = installation_log(at=at)
    record(log=log, verb=verb, subject=user, by=by or as_actor(user), at=at)
