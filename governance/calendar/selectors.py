"""Due days by month, and the person behind a secret address."""

from datetime import date
from hashlib import sha256
from typing import Any

from django.db.models import Count
from django.db.models.functions import TruncMonth

from governance.calendar.models import CalendarFeed
from governance.obligations.access import systems_with_duties
from governance.obligations.models import Period
from governance.obligations.selectors import due_periods
from registry.people.access import active_memberships

LINES = 300  # LIMIT: due days on one page; the list has all
EVENTS = 2000  # LIMIT: of a feed, the earliest first; programs choke on more


def digest_of(token: str) -> str:
    """What is kept of a secret that is long and random: SHA-256 is enough."""
    return sha256(token.encode()).hexdigest()


def feed_of(token: str) -> CalendarFeed | None:
    """The feed of a secret, while its person may sign in and has a role."""
    rows = CalendarFeed.objects.select_related("user")
    feed = rows.filter(token_sha256=digest_of(token)).first() if token else None
    return feed if feed and active_memberships(feed.user) else None


def events_of(feed: CalendarFeed) -> list[Period]:
    """What the person may read now, and only that."""
    systems = systems_with_duties(feed.user).order_by().values("pk")
    rows = due_periods(systems)
    if feed.only_mine:
        rows = rows.filter(obligation__owner=feed.user)
    return list(rows[:EVENTS])


def month_of(systems: Any, first: date, after: date) -> list[Period]:
    """What is due within a month, by day."""
    rows = due_periods(systems).filter(due_on__gte=first, due_on__lt=after)
    return list(rows[: LINES + 1])


def overdue(systems: Any, today: date) -> list[Period]:
    """What is past its day and not submitted."""
    working = (Period.State.OPEN, Period.State.IN_PROGRESS)
    rows = due_periods(systems).filter(due_on__lt=today, state__in=working)
    # What may not bind at all is late for nobody: the page of duties says so too.
    rows = rows.filter(obligation__established=True)
    return list(rows[: LINES + 1])


def by_month(systems: Any, first: date) -> list[tuple[date, int]]:
    """The months to come in which something is due, each with its number."""
    rows = due_periods(systems).filter(due_on__gte=first).order_by()
    counted = rows.annotate(month=TruncMonth("due_on")).values("month")
    found = counted.annotate(n=Count("pk")).order_by("month").values_list("month", "n")
    return [(month, n) for month, n in found]
