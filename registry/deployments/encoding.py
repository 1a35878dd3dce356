"""Moments as people and services write them."""

from datetime import UTC, datetime

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

# LIMITS: years that a calendar of machines can mean.
YEARS = range(1970, 2200)


class MomentWrong(ValueError):
    """The text names no moment; says how to write one."""


def parse_moment(text: str) -> datetime:
    """The moment of RFC 3339 or of a browser's picker; without a zone it is UTC.

    Raises MomentWrong. A blank stands for the "+" that a query string loses.
    """
    wanted = text.strip()
    if "T" in wanted:
        wanted = wanted.replace(" ", "+")
    try:
        found = parse_datetime(wanted)
    except ValueError as error:
        raise MomentWrong(_("There is no such day or time.")) from error
    if found is None:
        raise MomentWrong(_("Write it like 2026-10-01T12:00 or 2026-10-01T12:00Z."))
    if found.year not in YEARS:
        raise MomentWrong(_("Write a year from 1970 to 2199."))
    return found if found.tzinfo else found.replace(tzinfo=UTC)
