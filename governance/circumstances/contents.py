"""What a page says of an operator: the facts that switch duties, and how they stand."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from governance.circumstances.models import Circumstance
from governance.circumstances.selectors import (
    acting_on,
    answers_of,
    counting,
    flags_of,
    mattering,
    statements_in,
    statements_of,
)
from governance.law.duties_load import catalogue
from governance.law.model import Question
from governance.law.value_chain import facts as facts_by_acts
from registry.operators.models import Operator, OperatorRoleName
from registry.systems.models import AISystem

# ORDER: as somebody would ask. What is in none of them comes last.
GROUPS: tuple[tuple[Promise, tuple[str, ...]], ...] = (
    (
        gettext_lazy("Whether somebody became the provider by what they did"),
        (
            "provider_by_own_acts",
            "product_under_own_name",
            "another_became_provider",
            "conversion_excluded",
        ),
    ),
    (
        gettext_lazy("What kind of organisation it is"),
        (
            "public_body",
            "union_body",
            "public_services",
            "financial_institution",
            "police",
            "migration_asylum",
        ),
    ),
    (
        gettext_lazy("How large it is"),
        ("sme", "microenterprise", "linked_enterprise", "small_mid_cap"),
    ),
)
# What an organisation is rather than what it does: alike for all its systems.
ALIKE = frozenset(
    {*GROUPS[1][1], *GROUPS[2][1], "equivalent_reporting"}
    - {"police", "migration_asylum"}
)
REST = gettext_lazy("How the system is made, assessed and used")


@dataclass(frozen=True, slots=True)
class Fact:
    """One question about an operator, the answer that counts, and who gave it.

    No `row` beside an answer: the register says so.
    """

    question: Question
    answer: str
    row: Circumstance | None

    @property
    def words(self) -> str:
        """The answer in words; "" while nobody has given one."""
        return str(Circumstance.Answer(self.answer).label) if self.answer else ""

    @property
    def settled(self) -> bool:
        """Whether duties can be derived from it: yes or no."""
        return self.answer in (Circumstance.Answer.YES, Circumstance.Answer.NO)

    @property
    def by_acts(self) -> bool:
        """Whether it is answered under "Changes of role" alone, and only shown here."""
        return self.question.id in facts_by_acts()


@dataclass(frozen=True, slots=True)
class Group:
    """Facts that are asked together."""

    title: str
    facts: Sequence[Fact]


@dataclass(frozen=True, slots=True)
class Profile:
    """An operator with its roles, and its facts: those that can matter come first."""

    operator: Operator
    roles: Sequence[str]
    matter: Sequence[Group]
    rest: Sequence[Group]

    @property
    def open(self) -> int:
        """How many facts that can matter are not established."""
        return sum(not fact.settled for group in self.matter for fact in group.facts)


def profiles(system: AISystem, on: date) -> tuple[list[Profile], bool]:
    """Our operators that act for the system, and whether its answers are approved."""
    answers, approved = answers_of(system)
    told: dict[UUID, list[Circumstance]] = defaultdict(list)
    for row in statements_in(system):
        told[row.operator_id].append(row)
    return [
        _profile(
            acting.operator,
            [str(OperatorRoleName(role).label) for role in acting.roles],
            facts_of(told[acting.operator.pk], acting.flags, on),
            mattering(answers, acting.roles, on),
        )
        for acting in acting_on(system, on)
    ], approved


def profile_of(operator: Operator, on: date) -> Profile:
    """The operator wherever it acts; what can matter depends on each system."""
    facts = facts_of(statements_of(operator, None), flags_of(operator, on), on)
    return _profile(operator, [], facts, frozenset(facts))


def facts_of(
    told: Iterable[Circumstance], flags: Mapping[str, str], on: date
) -> dict[str, Fact]:
    """Every fact that the law asks, as it stands on a day, by its id.

    `told` are the statements about the operator; of each fact the one that counts is
    shown beside the answer.
    """
    rows = counting(told, on)
    return {
        flag: Fact(question, flags.get(flag, ""), rows.get(flag))
        for flag, question in catalogue().flags.items()
    }


def next_open(system: AISystem, operator: Operator, after: str, on: date) -> str:
    """The open fact that comes after one on the page; "" when none is left."""
    found, _approved = profiles(system, on)
    of_operator = [p for p in found if p.operator == operator]
    facts = [f for p in of_operator for g in p.matter for f in g.facts]
    ids = [fact.question.id for fact in facts]
    place = ids.index(after) + 1 if after in ids else 0
    in_turn = [*facts[place:], *facts[:place]]
    waiting = (f for f in in_turn if not f.answer and not f.by_acts)
    return next((f.question.id for f in waiting), "")


def _profile(
    operator: Operator,
    roles: Sequence[str],
    facts: Mapping[str, Fact],
    matter: frozenset[str],
) -> Profile:
    return Profile(
        operator,
        roles,
        matter=_grouped({k: f for k, f in facts.items() if k in matter}),
        rest=_grouped({k: f for k, f in facts.items() if k not in matter}),
    )


def _grouped(facts: Mapping[str, Fact]) -> list[Group]:
    named = {flag for _title, flags in GROUPS for flag in flags}
    rest = tuple(flag for flag in catalogue().flags if flag not in named)
    return [
        Group(str(title), found)
        for title, flags in (*GROUPS, (REST, rest))
        if (found := [facts[flag] for flag in flags if flag in facts])
    ]
