"""Counting months as the law does."""

from calendar import monthrange
from datetime import datetime


def months_after(at: datetime, months: int) -> datetime:
    """The same day so many months later, or the last day of a shorter month.

    Regulation (EEC, Euratom) 1182/71, Art. 3(2)(c): a period of months ends with the
    day that is the same date as the day of the event.
    """
    year, month = divmod(at.year * 12 + at.month - 1 + months, 12)
    day = min(at.day, monthrange(year, month + 1)[1])
    return at.replace(year=year, month=month + 1, day=day)
