"""On which days no work is done: weekends, and the public holidays of a Member State.

`limits/holidays.toml` holds the rules for national holidays, its source and the day on
which that was checked. Holidays of a region or an authority are not in it; whoever
needs them names the days. A holiday that is missing makes a date earlier, never later.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, timedelta, tzinfo
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from governance.law.check import LawDataInvalid

FILE = Path(__file__).parent / "limits" / "holidays.toml"
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKEND = frozenset({5, 6})
UNION = (
    "No Member State was named: only weekends are days without work, and days are "
    "counted in UTC, whose day is never later than that of a Member State."
)


OFF = (
    "days without work are weekends and national public holidays, not those of regions."
)


class CountryUnknown(ValueError):
    """A place was named of which no holidays are known."""


@dataclass(frozen=True, slots=True)
class MemberState:
    """The rules for the public holidays of one Member State.

    `days` maps a rule to the name of the holiday: "12-25", "easter+1", "orthodox-2"
    or "monday>=05-01" (the first Monday on or after 1 May). A rule may hold since a
    year, only in some years, or not in others; `moves` lists those that wait for the
    next working day when they fall on a weekend.
    """

    code: str
    name: str
    zone: str
    days: Mapping[str, str]
    note: str = ""
    also: str = ""
    since: Mapping[str, int] = field(default_factory=dict)
    only_in: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    not_in: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    moves: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """Where the rules come from, and until when they are known to hold."""

    title: str
    checked_on: date
    status_unknown_after: date


@dataclass(frozen=True, slots=True)
class Calendar:
    """The working days of a place, with further days that the asker named."""

    state: MemberState | None = None
    more: frozenset[date] = frozenset()

    @property
    def zone(self) -> tzinfo:
        """The time zone in which days begin and end here."""
        return ZoneInfo(self.state.zone) if self.state else UTC

    @property
    def zone_name(self) -> str:
        """The name of that zone."""
        return self.state.zone if self.state else "UTC"

    def closed(self, day: date) -> str:
        """Why a day is no working day; empty when it is one."""
        if day.weekday() in WEEKEND:
            return "lies on a weekend"
        if day in self.more:
            return "is a holiday that you named"
        name = _holidays(self.state.code, day.year).get(day) if self.state else None
        return f"is a public holiday ({name})" if name else ""

    def notes(self, until: date) -> tuple[str, ...]:
        """What to know of these working days when counting up to a day."""
        if not self.state:
            return (UNION,)
        place = f"{self.state.name} ({self.state.zone})"
        said = [f"Days are counted in {place}; {OFF}"]
        known = source().status_unknown_after
        if until > known:
            said.append(
                f"Holidays after {known} follow the rules known on that day; "
                "later changes are not known here."
            )
        return (*said, self.state.note) if self.state.note else tuple(said)


def calendar(country: str | None = None, more: Iterable[date] = ()) -> Calendar:
    """The calendar of a Member State, by its code; without one, weekends only.

    Raises CountryUnknown for a code that is none of a Member State.
    """
    if country is None:
        return Calendar(more=frozenset(more))
    code = country.upper()
    for state in member_states().values():
        if code in (state.code, state.also):
            return Calendar(state, frozenset(more))
    codes = ", ".join(member_states())
    raise CountryUnknown(f"{country!r} is no Member State; there are {codes}")


@cache
def member_states() -> Mapping[str, MemberState]:
    """The Member States by their code."""
    return read(FILE)


@cache
def source() -> Source:
    """Where the holidays come from."""
    return Source(**tomllib.loads(FILE.read_text("utf-8"))["source"])


def read(file: Path) -> dict[str, MemberState]:
    """Read and check the rules. Raises LawDataInvalid naming the Member State."""
    found: dict[str, MemberState] = {}
    for row in tomllib.loads(file.read_text("utf-8"))["member_state"]:
        code = str(row.get("code", "-"))
        try:
            state = MemberState(**row)
            lost = {*state.since, *state.only_in, *state.not_in, *state.moves}
            lost -= set(state.days)
            for rule in state.days:
                _day(rule, 2028)
            ZoneInfo(state.zone)
        except (TypeError, ValueError, ZoneInfoNotFoundError) as fault:
            raise LawDataInvalid("holidays", code, str(fault)) from fault
        if lost or code in found:
            what = (
                f"no holiday has the rules {sorted(lost)}" if lost else "stands twice"
            )
            raise LawDataInvalid("holidays", code, what)
        found[code] = state
    return found


def holidays(country: str, year: int) -> dict[date, str]:
    """The public holidays of a Member State in a year, by day, weekends left out."""
    found = sorted(_holidays(country, year).items())
    return {day: name for day, name in found if day.weekday() not in WEEKEND}


@cache
def _holidays(code: str, year: int) -> dict[date, str]:
    state = member_states()[code]
    rules = {
        rule: name for rule, name in state.days.items() if _holds(state, rule, year)
    }
    found = {_day(rule, year): name for rule, name in rules.items()}
    for day in sorted(_day(rule, year) for rule in state.moves if rule in rules):
        if day.weekday() in WEEKEND:
            moved = day
            while moved.weekday() in WEEKEND or moved in found:
                moved += timedelta(days=1)
            found[moved] = f"{found[day]}, moved from a weekend"
    return found


def _holds(state: MemberState, rule: str, year: int) -> bool:
    return (
        year >= state.since.get(rule, year)
        and year in state.only_in.get(rule, (year,))
        and year not in state.not_in.get(rule, ())
    )


def _day(rule: str, year: int) -> date:
    """The day that a rule means in a year."""
    for name, feast in (("easter", easter), ("orthodox", orthodox_easter)):
        if rule.startswith(name):
            return feast(year) + timedelta(days=int(rule.removeprefix(name)))
    weekday, _, fixed = rule.rpartition(">=")
    day = date.fromisoformat(f"{year:04}-{fixed}")
    if weekday:
        day += timedelta(days=(DAYS.index(weekday) - day.weekday()) % 7)
    return day


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the anonymous computus of 1876)."""
    golden, century, rest = year % 19, year // 100, year % 100
    moon = (19 * golden + century - century // 4 - (8 * century + 13) // 25 + 15) % 30
    week = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (golden + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * late + 114, 31)
    return date(year, month, day + 1)


def orthodox_easter(year: int) -> date:
    """Easter Sunday of the Julian calendar as a date of ours, from 1900 to 2099."""
    moon = (19 * (year % 19) + 15) % 30
    week = (2 * (year % 4) + 4 * (year % 7) - moon + 34) % 7
    month, day = divmod(moon + week + 114, 31)
    return date(year, month, day + 1) + timedelta(days=13)
