"""Making and ending the secret address of a person's calendar."""

import secrets
from datetime import datetime

from django.db import transaction

from audits.trail.services import Actor, record
from governance.calendar.models import CalendarFeed
from governance.calendar.selectors import digest_of
from registry.people.models import Organisation, User


@transaction.atomic
def make_feed(
    *,
    person: User,
    organisation: Organisation,
    only_mine: bool,
    by: Actor,
    at: datetime,
) -> str:
    """Give the person a new secret; the one before it stops. Returned once."""
    token = secrets.token_urlsafe(32)
    feed, _made = CalendarFeed.objects.update_or_create(
        user=person,
        defaults={
            "token_sha256": digest_of(token), "only_mine": only_mine, "made_at": at,
        },
    )  # fmt: skip
    record(
        log=organisation.log, verb="calendar_feed.made", subject=feed, by=by, at=at,
        details={"only_mine": only_mine},
    )  # fmt: skip
    return token


@transaction.atomic
def end_feed(
    *, person: User, organisation: Organisation, by: Actor, at: datetime
) -> bool:
    """End the person's secret address; False when there is none."""
    feed = CalendarFeed.objects.select_for_update().filter(user=person).first()
    if feed is None:
        return False
    record(log=organisation.log, verb="calendar_feed.ended", subject=feed, by=by, at=at)
    feed.delete()
    return True
