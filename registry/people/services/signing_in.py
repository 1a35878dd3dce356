"""Signing in and out, in the installation's log; ending sessions."""

from datetime import datetime

from django.db import transaction

from audits.trail.services import SYSTEM, Actor, record
from registry.people.models import Organisation, User, UserSession
from registry.people.services.organisations import installation_log


def as_actor(user: User) -> Actor:
    """The person without a role: signing in concerns no organisation."""
    return Actor(id=str(user.pk), name=str(user))


@transaction.atomic
def record_sign_in(*, user: User, at: datetime) -> None:
    """Record that the person signed in, in the same transaction as the session.

    Sessions that have expired, anybody's, are forgotten on this occasion.
    """
    UserSession.objects.filter(expire_date__lte=at).delete()
    _record("session.started", user, as_actor(user), at)


@transaction.atomic
def record_sign_out(*, user: User, at: datetime) -> None:
    """Record that the person signed out."""
    _record("session.ended", user, as_actor(user), at)


@transaction.atomic
def record_lock(*, email: str, address: str | None, at: datetime) -> None:
    """Record that sign-in was paused after too many wrong passwords.

    What was typed is not kept unless it names an account: it may be a password.
    """
    user = User.objects.filter(email=email).first()
    record(
        log=installation_log(at=at),
        verb="sign_in.locked",
        subject=user or "user:unknown",
        by=SYSTEM,
        at=at,
        details={"address": address},
    )


@transaction.atomic
def end_session(*, session: UserSession, by: Actor, at: datetime) -> None:
    """End one session of a person; its next request has to sign in again."""
    user = session.user
    session.delete()
    if user is not None:
        _record("session.ended", user, by, at)


@transaction.atomic
def end_other_sessions(*, user: User, keep: str | None, by: Actor, at: datetime) -> int:
    """End all sessions of a person but the one with the key `keep`; how many."""
    ended, _rows = user.sessions.exclude(pk=keep or "").delete()
    if ended:
        _record("session.ended", user, by, at, count=ended)
    return ended


@transaction.atomic
def end_sessions_of(
    *, user: User, organisation: Organisation, by: Actor, at: datetime
) -> int:
    """End every session of a person of the organisation, by its administrator."""
    ended, _rows = user.sessions.all().delete()
    record(
        log=organisation.log,
        verb="sessions.ended",
        subject=user,
        by=by,
        at=at,
        details={"count": ended},
    )
    return ended


def _record(verb: str, user: User, by: Actor, at: datetime, **details: object) -> None:
    log = installation_log(at=at)
    record(log=log, verb=verb, subject=user, by=by, at=at, details=details)
