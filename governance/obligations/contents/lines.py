"""The duties of one system as a page shows them: what the law says, what people did."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from governance.circumstances.selectors import acting_on
from governance.classification.models import Classification
from governance.classification.selectors import standing
from governance.law.duties import Duty, State
from governance.law.duties_load import catalogue
from governance.law.value_chain import PROVIDERS, letters
from governance.lawbook.contents.parts import Part, by_part
from governance.obligations.contents.derived import Answered, answered
from governance.obligations.models import Obligation, Period
from governance.obligations.selectors import current_periods, rows_of
from registry.operators.models import Operator
from registry.systems.models import AISystem

ROWS = {row.id: row for row in catalogue().rows}
ORDER = {row.id: place for place, row in enumerate(catalogue().rows)}
GROUPS: tuple[tuple[str, str | Promise], ...] = (
    ("decide", _("Waits for a second person")),
    ("overdue", _("Binds, and its day has passed")),
    ("now", _("Binds now")),
    ("later", _("Applies later")),
    ("open", _("Not established: a fact is missing")),
    ("done", _("Accepted, or agreed not to apply")),
)

FEW = 12  # LIMIT: more lines than these are folded by the parts of the Act


@dataclass(frozen=True, slots=True)
class Line:
    """One duty of one operator: what the law says, and where the work stands."""

    duty: Duty
    operator: Operator
    row: Obligation | None
    period: Period | None
    events: list[Period] = field(default_factory=list)

    @property
    def group(self) -> str:
        """Where it stands today, most pressing first."""
        every = [p for p in (self.period, *self.events) if p]
        if any(p.is_waiting for p in every):
            return "decide"
        if self.events:
            return "now"
        if self.period and self.period.is_closed:
            return "done"
        if self.duty.state is State.OPEN:
            return "open"
        return "later" if self.duty.state is State.LATER else "now"

    def group_on(self, today: date) -> str:
        """As `group`; what binds and is past its day stands apart."""
        late = [p for p in (self.period, *self.events) if p and is_late(p, today)]
        return "overdue" if late and self.group == "now" else self.group

    @property
    def by_law(self) -> str:
        """Where it stands by the law alone, for another day than today."""
        return {State.BINDS: "now", State.LATER: "later"}.get(self.duty.state, "open")

    @property
    def state(self) -> str:
        """The state of the work, of the standing period."""
        return self.period.state if self.period else ""


@dataclass(frozen=True, slots=True)
class OpenRole:
    """An operator of whom nobody established whether Art. 25 makes it the provider."""

    operator: Operator
    duty: Duty


def open_roles(said: Iterable[Answered]) -> list[OpenRole]:
    """Where every duty of a provider hangs on an answer that nobody has given."""
    deciding = {f"flag.{letter.flag}" for letter in letters()}
    return [
        OpenRole(each.acting.operator, duty)
        for each in said
        if not PROVIDERS & set(each.acting.roles)
        for duty in each.beside
        if duty.state is State.OPEN and deciding & {fact.fact for fact in duty.missing}
    ]


def is_late(period: Period, today: date) -> bool:
    """Whether its day has passed and nobody submitted anything."""
    working = period.state in (Period.State.OPEN, Period.State.IN_PROGRESS)
    return working and period.due_on is not None and period.due_on < today


def lines_of(
    said: Sequence[Answered],
    rows: Iterable[Obligation],
    periods: Iterable[Period],
) -> list[Line]:
    """What the law says, each with the row and the periods kept for it."""
    known = {(row.operator_id, row.duty): row for row in rows}
    standing: dict[UUID, Period] = {}
    events: dict[UUID, list[Period]] = {}
    for period in periods:
        if period.event:
            events.setdefault(period.obligation_id, []).append(period)
        else:
            standing[period.obligation_id] = period
    found = []
    for each in said:
        for duty in each.duties:
            operator = each.acting.operator
            row = known.get((operator.pk, duty.id))
            pk = row.pk if row else None
            found.append(
                Line(
                    duty, operator, row,
                    standing.get(pk) if pk else None,
                    events.get(pk, []) if pk else [],
                )
            )  # fmt: skip
    return found


@dataclass(frozen=True, slots=True)
class Group:
    """The lines that stand alike; by the parts of the Act where they are many."""

    key: str
    title: str | Promise
    lines: list[Line]

    @property
    def parts(self) -> list[tuple[Part | None, list[Line]]]:
        if len(self.lines) <= FEW:
            return [(None, self.lines)]
        return [*by_part(self.lines, lambda line: line.duty.id)]


def grouped(lines: Iterable[Line], today: date, *, by_law: bool) -> list[Group]:
    """The lines by where they stand; empty groups are left out."""
    found: dict[str, list[Line]] = {}
    for line in lines:
        group = line.by_law if by_law else line.group_on(today)
        found.setdefault(group, []).append(line)
    return [Group(key, title, found[key]) for key, title in GROUPS if key in found]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of the lines somebody asked to see. Empty: all of them."""

    operator: str = ""
    role: str = ""
    state: str = ""
    owner: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Wanted":
        return cls(**{name: query.get(name, "") for name in cls.__slots__})

    def has(self, line: Line) -> bool:
        owner = str(line.row.owner_id or "nobody") if line.row else "nobody"
        return all(
            not wanted or wanted in found
            for wanted, found in (
                (self.operator, (str(line.operator.pk),)),
                (self.role, line.duty.borne_as),
                (self.state, (line.state,)),
                (self.owner, (owner,)),
            )
        )


@dataclass(frozen=True, slots=True)
class Seen:
    """The duties of a system by the law of a day, with what they were read from."""

    counts: Classification | None
    said: list[Answered]
    rows: list[Obligation]
    lines: list[Line]


def duties_on(system: AISystem, on: date, edition: str = "") -> Seen:
    """What the law of a day asks for a system, with the work as it stands today.

    Nothing without an approved classification. Raises EditionUnknown.
    """
    counts, rows = standing(system), rows_of(system)
    acting = acting_on(system, on) if counts else []
    said = answered(counts.answers, acting, on, edition or None) if counts else []
    return Seen(counts, said, rows, lines_of(said, rows, current_periods([system.pk])))
