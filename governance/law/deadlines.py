"""When a time limit of the Act ends, and how that was counted.

`due` is the safe date: the plain count from the earliest awareness, moved by no
weekend, holiday or full hour. Where Regulation (EEC, Euratom) 1182/71 can be read to
give more time, its date stands beside it as `latest_reading`. "Immediately" always
comes first: a number of days is an outer limit. The limits are data, `limits/*.toml`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, TypeAlias

from governance.law import counting
from governance.law.classify import choose_edition
from governance.law.holidays import Calendar, calendar
from governance.law.limit import KINDS, MOMENTS, Limit, digest, find
from governance.law.verdict import plain
from governance.law.words import day as short

Moment: TypeAlias = "date | datetime"
SHIFTED = frozenset({"maximum", "reply"})
PUNCTUAL = frozenset({"maximum", "notice", "before", "at_the_latest"})
DISPUTED = (
    "No source settles whether Regulation 1182/71 moves the end of this period: who "
    "must act keeps the plain date, who waits for the end plans by the later one."
)


class DeadlineInvalid(ValueError):
    """A limit cannot be counted; says why, and what to give instead."""


@dataclass(frozen=True, slots=True)
class Count:
    """The end of a limit in its two readings, and the way there."""

    due: Moment
    latest_reading: Moment | None
    steps: tuple[str, ...]
    disputed: str = ""


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a limit ends, with the way there.

    `due` and `latest_reading` are days, or moments for hours and events; `ends` is the
    moment at which the day `due` is over. `latest_reading` is None where nothing can be
    read to give more time.
    """

    limit: Limit
    means: str
    since: Moment
    whose: str
    country: str
    zone: str
    due: Moment
    ends: datetime | None
    latest_reading: Moment | None
    disputed: str
    steps: tuple[str, ...]
    notes: tuple[str, ...]
    edition: str
    hypothetical: bool
    applies_from: date
    applies_from_later: date
    rules: str

    def in_time(self, done: datetime) -> bool | None:
        """Whether an act was in time, by the safe date; None where nothing is due.

        Raises DeadlineInvalid for a moment without a time zone.
        """
        if self.limit.kind not in PUNCTUAL:
            return None
        moment, end = _utc(_aware(done), UTC), _utc(self.ends or self.due, UTC)
        strict = self.ends or self.limit.kind == "before"
        return moment < end if strict else moment <= end

    def as_json(self) -> dict[str, Any]:
        """The answer as plain JSON values, the limit's own fields among them."""
        found = plain(self)
        limit: dict[str, Any] = found.pop("limit")
        return limit | found


def deadline(
    limit_id: str,
    since: Moment | Mapping[str, Moment] | None = None,
    country: str | None = None,
    *,
    edition: str | None = None,
    holidays: Iterable[date] = (),
) -> Deadline:
    """Count one limit from an event.

    `since` is a day, a moment with its time zone, or several by who became aware
    (`{"provider": …, "deployer": …}`): the earliest counts. `country` is the Member
    State of the authority; `holidays` are further days without work. Without an edition
    the law in force on the day of the event decides.

    Raises LimitUnknown, DeadlineInvalid, CountryUnknown and EditionUnknown.
    """
    limit, place = find(limit_id), calendar(country, holidays)
    given = since or limit.begins or {}
    known = given if isinstance(given, Mapping) else {"": given}
    try:
        whose, start = _earliest(limit, known, place.zone)
        day = start.date() if isinstance(start, datetime) else start
        chosen, hypothetical = _edition(limit, day, edition)
        counted = _count(limit, start, place)
        ends = _end_of(counted.due, place.zone)
    except OverflowError as fault:
        raise DeadlineInvalid(f"{limit.id}: too near to the calendar's end") from fault
    early, late = limit.window(chosen)
    latest = counted.latest_reading or counted.due
    until = latest.date() if isinstance(latest, datetime) else latest
    until = until if limit.kind in SHIFTED else day  # holidays move nothing else
    return Deadline(
        limit=limit,
        means=KINDS[limit.kind],
        since=start,
        whose=whose,
        country=place.state.code if place.state else "",
        zone=place.zone_name,
        due=counted.due,
        ends=ends,
        latest_reading=counted.latest_reading,
        disputed=counted.disputed,
        steps=(*_first(limit, whose, start), *counted.steps),
        notes=(
            *_notes(limit, set(known)),
            *_since_when(day, early, late),
            *place.notes(until),
        ),
        edition=chosen,
        hypothetical=hypothetical,
        applies_from=early,
        applies_from_later=late,
        rules=digest()[:16],
    )


def moment(text: str) -> Moment:
    """A day (YYYY-MM-DD) or a moment with its time zone. Raises DeadlineInvalid."""
    try:
        if len(text) == 10 and text[4] == text[7] == "-":
            return date.fromisoformat(text)
        return _aware(datetime.fromisoformat(text))
    except ValueError as fault:
        raise DeadlineInvalid(
            f"{text!r} is no day and no moment with a time zone. Give YYYY-MM-DD, or "
            "YYYY-MM-DDTHH:MM with Z or an offset such as +01:00."
        ) from fault


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise DeadlineInvalid(f"{value.isoformat()} lacks a time zone, such as +01:00")
    return value


def _earliest(
    limit: Limit, known: Mapping[str, Moment], zone: tzinfo
) -> tuple[str, Moment]:
    """Who became aware first and when, as a day or moment of the zone."""
    if not known:
        raise DeadlineInvalid(
            f"{limit.id} needs the moment from which it runs: {limit.trigger}"
        )
    strangers = sorted(set(known) - {"", *limit.aware})
    if strangers:
        raise DeadlineInvalid(
            f"{limit.id} does not run from what {strangers} know; "
            f"name one of {list(limit.aware)}, or give one moment without a name"
        )
    if limit.unit == "hours" and not all(
        isinstance(value, datetime) for value in known.values()
    ):
        raise DeadlineInvalid(
            f"{limit.id} is counted in hours: give the moment with its time zone"
        )
    local = {who: _local(value, zone) for who, value in known.items()}
    return min(local.items(), key=lambda item: _utc(item[1], zone))


def _local(value: Moment, zone: tzinfo) -> Moment:
    return _aware(value).astimezone(zone) if isinstance(value, datetime) else value


def _instant(value: Moment, zone: tzinfo) -> datetime:
    """The moment itself, or the first of the day."""
    if isinstance(value, datetime):
        return value
    return datetime.combine(value, time.min, zone)


def _utc(value: Moment, zone: tzinfo) -> datetime:
    """To compare by: within one zone Python compares clocks, and they turn back."""
    return _instant(value, zone).astimezone(UTC)


def _edition(limit: Limit, day: date, asked: str | None) -> tuple[str, bool]:
    chosen, hypothetical = choose_edition(day, asked)
    if chosen in limit.editions:
        return chosen, hypothetical
    if asked:
        raise DeadlineInvalid(f"{limit.id} does not stand in {asked}")
    return limit.editions[0], True


def _count(limit: Limit, start: Moment, place: Calendar) -> Count:
    if limit.kind in MOMENTS:
        at_once = limit.kind == "at_once"
        due = start if at_once else _instant(start, place.zone)
        return Count(due, None, (f"No period is counted: {KINDS[limit.kind]}.",))
    if limit.unit == "hours":
        return _hours(limit, _instant(start, place.zone), place)
    day = start.date() if isinstance(start, datetime) else start
    length = -limit.length if limit.kind == "notice" else limit.length
    safe = counting.plain(day, length, limit.unit, place)
    if limit.kind not in SHIFTED:
        still = "Nothing moves this end: Art. 3(4) is for acts due, counted forwards."
        return Count(safe.end, None, (*safe.steps, still))
    if limit.unit == "working_days":
        return Count(safe.end, safe.end, safe.steps)
    other = counting.by_1182(day, safe, place)
    if limit.kind == "reply":
        other = counting.by_1755(day, limit.length, limit.unit, place)
    steps = (*safe.steps, "This is the safe date.", *other.steps)
    return Count(safe.end, other.end, steps, DISPUTED if other.end > safe.end else "")


def _hours(limit: Limit, start: datetime, place: Calendar) -> Count:
    safe = counting.plain_hours(start, limit.length)
    other = counting.hours_by_1182(start, limit.length)
    disputed = DISPUTED if _utc(other.end, UTC) > _utc(safe.end, UTC) else ""
    if limit.length >= 48:
        second = counting.second_working_day(start.date(), place)
        disputed = (
            "Whether two working days must lie in a period of 48 hours (Regulation "
            "1182/71, Art. 3(5)) is not settled; on that reading it would not end "
            f"before the end of {counting.long(second)}. Keep the earlier."
        )
    steps = (*safe.steps, "This is the safe moment.", *other.steps)
    return Count(safe.end, other.end, steps, disputed)


def _end_of(due: Moment, zone: tzinfo) -> datetime | None:
    if isinstance(due, datetime):
        return None
    return datetime.combine(due + timedelta(days=1), time.min, zone)


def _first(limit: Limit, whose: str, start: Moment) -> tuple[str, ...]:
    """What comes before any counting."""
    said = []
    if limit.first:
        when = f", {limit.first_when}" if limit.first_when else ""
        outer = "; the period is only the outer limit" if limit.length else ""
        said.append(f"First of all {limit.first}{when}{outer}.")
    if whose:
        said.append(
            f"The earliest awareness counts: that of the {whose}, "
            f"{counting.told(start)}."
        )
    return tuple(said)


def _notes(limit: Limit, known: set[str]) -> tuple[str, ...]:
    said = [limit.note] if limit.note else []
    if set(limit.aware) - known:
        who = " and of the ".join(limit.aware)
        said.append(f"The earlier awareness of the {who} counts; both were not given.")
    if limit.waiting:
        said.append("Whoever waits for this period to end plans by the later reading.")
    return tuple(said)


def _since_when(day: date, early: date, late: date) -> tuple[str, ...]:
    """From when the limit applies, where that is not past or not one day."""
    said = []
    if day < early:
        said.append(f"Applies from {short(early)}: not yet on the day counted from.")
    if late > early:
        said.append(
            f"Whether it applies from {short(early)} or from {short(late)} depends on "
            "the kind of system, or on the reading; plan by the earlier."
        )
    return tuple(said)
