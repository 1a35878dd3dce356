"""Counting tries in the database, so that all server processes share the count."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.db import connection

from registry.people.models import Throttle

# One statement: two requests at the same moment count as two.
COUNT = """
INSERT INTO registry_throttle AS t (key, began_at, count) VALUES (%(key)s, %(at)s, 1)
ON CONFLICT (key) DO UPDATE SET
  count = CASE WHEN t.began_at <= %(past)s THEN 1 ELSE t.count + 1 END,
  began_at = CASE WHEN t.began_at <= %(past)s THEN %(at)s ELSE t.began_at END
RETURNING count
"""
# LIMIT: longer than every window; what is older says nothing any more.
FORGET_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class Limit:
    """So many tries of one kind within a window."""

    kind: str
    tries: int
    window: timedelta


def spend(limit: Limit, value: str, *, at: datetime) -> int:
    """Count one more try for the value; returns how many in its window."""
    Throttle.objects.filter(began_at__lt=at - FORGET_AFTER).delete()
    key = _key(limit, value)
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"key": key, "at": at, "past": at - limit.window})
        count: int = cursor.fetchone()[0]
    return count


def used_up(limit: Limit, value: str, *, at: datetime) -> bool:
    """Whether the value has no try left in its window."""
    return Throttle.objects.filter(
        key=_key(limit, value), count__gte=limit.tries, began_at__gt=at - limit.window
    ).exists()


def _key(limit: Limit, value: str) -> str:
    text = f"{limit.kind}\0{value}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), text, sha256).hexdigest()
