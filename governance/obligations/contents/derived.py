"""Which duties follow from the facts. Nothing is written here, and nothing asked twice.

`answered` asks the law room for each of our operators; `owed` asks only for what
becomes a row: duties that bind, will bind, or may bind while a fact is missing. Rights,
permissions and reliefs are no duties, and what the Act asks of authorities is none of
the operator's: both stay out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from governance.circumstances.selectors import Acting
from governance.classification.contents.interview import facts_of, readable
from governance.law.classify import verdict_of
from governance.law.deadlines import deadline
from governance.law.duties import Duties, Duty, Outline, State, duties, outlines
from governance.law.duties_data import DutyRow
from governance.law.duties_load import catalogue
from governance.law.limit import find
from governance.law.load import law

DUTY = "duty"
# How the catalogue says that a duty is met before somebody uses the system, or before
# it is out in the world at all.
BEFORE_USE = (
    "before use", "before first use", "before or at use",
    "before putting into service or use",
)  # fmt: skip
BEFORE_RELEASE = (
    *BEFORE_USE, "before placing", "before any market", "before market",
    "before putting", "before making available",
)  # fmt: skip
# How it says that a duty lasts; what lasts begins with the system where it is about one
# of high risk. Literacy and what is asked about models do not wait for a system.
LASTING = ("continuous", "from placing", "from release", "while responsible")
OF_HIGH_RISK = ("high-risk", "linked")
Key = tuple[UUID, str]  # operator and duty


@dataclass(frozen=True, slots=True)
class Out:
    """When a system is out in the world, and when it is used: past or planned."""

    first: date
    used: date


@dataclass(frozen=True, slots=True)
class Answered:
    """What the law says to one of our operators."""

    acting: Acting
    answer: Duties

    @property
    def duties(self) -> list[Duty]:
        """The duties that bind, will bind or may bind."""
        found = self.answer.duties
        return [d for d in found if d.nature == DUTY and d.state is not State.NOT]

    @property
    def beside(self) -> list[Duty]:
        """Rights, permissions, reliefs, options: worth knowing, and no duties."""
        found = self.answer.duties
        return [d for d in found if d.nature != DUTY and d.state is not State.NOT]


@dataclass(frozen=True, slots=True)
class Owed:
    """A duty as its row keeps it, with the days by which to plan."""

    borne_as: list[str]
    established: bool
    applies_from: date | None
    applies_from_later: date | None
    due_on: date | None
    due_later_on: date | None


def answered(
    answers: Mapping[str, Any],
    acting: Sequence[Acting],
    on: date,
    edition: str | None = None,
) -> list[Answered]:
    """What the law of a day asks of each operator. Raises EditionUnknown."""
    known = orjson.dumps(readable(answers))
    data = law().digest + catalogue().digest
    return [
        Answered(
            each,
            _asked(known, each.roles, orjson.dumps(each.flags), (on, edition), data),
        )
        for each in acting
    ]


@lru_cache(maxsize=32)  # LIMIT: a page asks the same two or three times; 150 KB each
def _asked(
    answers: bytes,
    roles: tuple[str, ...],
    flags: bytes,
    when: tuple[date, str | None],
    _data: str,
) -> Duties:
    """The law room's answer, remembered while its questions and data are the same."""
    on, edition = when
    return duties(orjson.loads(answers), roles, on, edition, orjson.loads(flags))


def owed(
    answers: Mapping[str, Any], acting: Sequence[Acting], on: date, out: Out | None
) -> dict[Key, Owed]:
    """The rows that follow, by operator and duty; no texts are made for them.

    What is to be done before the system is `out` has no day while that is None.
    """
    facts = facts_of(answers)
    asked = [(each.roles, each.flags) for each in acting]
    found = outlines(verdict_of(facts, on), facts, asked)
    return {
        (each.operator.pk, duty.row.id): _owed(duty, each.since, out)
        for each, outlined in zip(acting, found, strict=True)
        for duty in outlined
        if duty.row.nature == DUTY and duty.state is not State.NOT
    }


def _owed(duty: Outline, since: date, out: Out | None) -> Owed:
    span = duty.window
    lasts = duty.row.due.startswith(LASTING) and duty.row.applies in OF_HIGH_RISK
    waits = lasts or duty.row.due.startswith(BEFORE_RELEASE)
    if waits and out:
        used = duty.row.due.startswith(BEFORE_USE)
        since = max(since, out.used if used else out.first)
    dated = out is not None or not waits
    first, later = (
        first_due(duty.row, max(day, since)) if day and dated else None
        for day in (span.earlier, span.other)
    )
    return Owed(
        borne_as=list(duty.borne_as),
        established=duty.state is not State.OPEN,
        applies_from=span.earlier,
        applies_from_later=span.other,
        due_on=first,
        due_later_on=later if later != first else None,
    )


def first_due(duty: Duty | DutyRow, binds: date) -> date | None:
    """By when to have it done first; None for what waits for an event."""
    if duty.rhythm == "on_event":
        return None
    if duty.rhythm == "recurring":
        return next_due(duty.deadlines, binds)
    return binds


def next_due(deadlines: Sequence[str], done: date) -> date | None:
    """When it falls again by the Act's own period; None where the Act names none."""
    for limit_id in deadlines:
        if find(limit_id).kind == "recurring":
            due = deadline(limit_id, done).due
            return date(due.year, due.month, due.day)
    return None


def why_ended(key: Key, found: Sequence[Answered], on: date) -> str:
    """Why the law no longer asks a duty that it asked before, in words."""
    day = date_format(on, "j M Y")
    operator, duty_id = key
    asked = next((a for a in found if a.acting.operator.pk == operator), None)
    if asked is None:
        return _("On %(day)s the operator holds no role for the system.") % {"day": day}
    duty = next((d for d in asked.answer.duties if d.id == duty_id), None)
    if duty is None:
        return _("On %(day)s no role of the operator bears it, or the law of that day "
                 "does not have it.") % {"day": day}  # fmt: skip
    reasons = "; ".join(f"{r.text} ({r.citation})" for r in duty.why)
    return _("On %(day)s it does not bind: %(reasons)s") % {
        "day": day,
        "reasons": reasons or duty.title,
    }
