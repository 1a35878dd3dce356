"""Who acts for a system on a day, in which roles, and under which circumstances.

This is what the law room is asked with: `duties(answers, acting.roles, on, flags=
acting.flags)`. Facts that the register knows come first, statements go before them, and
a statement for one system goes before a statement for all.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from governance.circumstances.models import Circumstance
from governance.law.duties import duties
from governance.law.duties_load import catalogue
from governance.law.facts import AnswersInvalid
from governance.law.value_chain import facts
from registry.operators.models import Operator, OperatorRoleName, OperatorSize
from registry.systems.models import AISystem, MemberState, OperatorRole

OPEN_LIMIT = "not_established"
YES, NO = Circumstance.Answer.YES.value, Circumstance.Answer.NO.value


@dataclass(frozen=True, slots=True)
class Acting:
    """One operator of our own, with all its roles for a system and its facts.

    `since`: from when it has held the first of these roles.
    `flags` by the ids of the law room's `who.toml`; a fact that nobody stated is
    missing, and so not established.
    """

    operator: Operator
    roles: tuple[str, ...]
    flags: dict[str, str]
    since: date = date.min


def acting_on(system: AISystem, on: date) -> list[Acting]:
    """Our operators with a role for the system on that day, by name."""
    return acting_for([system], on).get(system.pk, [])


def acting_for(systems: Iterable[AISystem], on: date) -> dict[UUID, list[Acting]]:
    """The same for many systems, in three queries whatever their number."""
    ids = [system.pk for system in systems]
    held: dict[UUID, list[OperatorRole]] = defaultdict(list)
    for role in _held(ids, on):
        held[role.system_id].append(role)
    stated = _stated([r.operator_id for roles in held.values() for r in roles], on)
    return {
        pk: [
            Acting(
                operator=operator,
                roles=tuple(r.role for r in roles if r.operator_id == operator.pk),
                flags={
                    **_registered(operator, roles),
                    **stated[operator.pk, None],
                    **stated[operator.pk, pk],
                },
                since=min(r.held_from for r in roles if r.operator_id == operator.pk),
            )
            for operator in dict.fromkeys(r.operator for r in roles)
            if operator.ours
        ]
        for pk, roles in held.items()
    }


def flags_of(operator: Operator, on: date) -> dict[str, str]:
    """What is stated of the operator for all systems on that day."""
    return {
        **_registered(operator, ()),
        **_stated([operator.pk], on)[operator.pk, None],
    }


def known_flags() -> frozenset[str]:
    """The ids of all facts that the law asks about an operator."""
    return frozenset(catalogue().flags)


def _held(systems: Iterable[UUID], on: date) -> Iterable[OperatorRole]:
    rows = OperatorRole.objects.select_related("operator").order_by(
        "operator__name", "held_from"
    )
    lasting = Q(held_until__isnull=True) | Q(held_until__gte=on)
    return rows.filter(lasting, system__in=systems, held_from__lte=on)


def _stated(
    operators: Iterable[UUID], on: date
) -> defaultdict[tuple[UUID, UUID | None], dict[str, str]]:
    """The statements that count on a day, the latest for each fact."""
    found: defaultdict[tuple[UUID, UUID | None], dict[str, str]] = defaultdict(dict)
    rows = Circumstance.objects.filter(operator__in=set(operators), held_from__lte=on)
    in_turn = rows.order_by("held_from", "stated_at", "id")
    for operator, system, flag, answer in in_turn.values_list(
        "operator", "system", "flag", "answer"
    ):
        found[operator, system][flag] = answer
    return found


def _registered(operator: Operator, roles: Iterable[OperatorRole]) -> dict[str, str]:
    """What the register says already. A box left empty there says nothing."""
    found: dict[str, str] = {}
    if operator.size != OperatorSize.NOT_ESTABLISHED:
        found["sme"] = YES if operator.size == OperatorSize.SME else NO
        found["small_mid_cap"] = YES if operator.size == OperatorSize.SMC else NO
    if operator.public_body:
        found["public_body"] = YES
    makers = [r.operator for r in roles if r.role == OperatorRoleName.PROVIDER]
    if makers:
        outside = any(maker.country not in MemberState.values for maker in makers)
        found["third_country"] = YES if outside else NO
    return found


def statements_of(operator: Operator, system: AISystem | None) -> list[Circumstance]:
    """Every statement about the operator, newest first: of a system or of all."""
    rows = with_origin(Circumstance.objects.filter(operator=operator))
    rows = rows.filter(Q(system=system) | Q(system=None))
    return list(rows.select_related("stated_by").order_by("-stated_at", "-id"))


def statements_in(system: AISystem) -> QuerySet[Circumstance]:
    """The statements that can count for a system: its own, and those for all."""
    held = system.operator_roles.values("operator")
    rows = Circumstance.objects.filter(
        Q(system=system) | Q(system=None, operator__in=held)
    )
    return with_origin(rows).select_related("operator", "stated_by")


def with_origin(rows: QuerySet[Circumstance]) -> QuerySet[Circumstance]:
    """The statements, each with whether an answer of Art. 25 stated it.

    The room of changes of role lies above this one: it is read by its relation.
    """
    return rows.annotate(by_answer=_by_answer())


def _by_answer() -> Exists:
    answers = AISystem.objects.filter(
        pk=OuterRef("system"), chain_answers__answered_at=OuterRef("stated_at")
    )
    return Exists(answers)


def counting(rows: Iterable[Circumstance], on: date) -> dict[str, Circumstance]:
    """Of statements about one operator those that count on a day, by their fact.

    As `acting_for` counts them: what is of one system goes before.
    """
    told = [row for row in rows if row.held_from <= on]
    told.sort(key=lambda r: (r.system_id is not None, r.held_from, r.stated_at))
    return {row.flag: row for row in told}


def unconfirmed(
    operators: Collection[UUID], on: date
) -> dict[tuple[UUID, UUID | None], list[Circumstance]]:
    """Where somebody stated, here, that an operator became the provider (Art. 25).

    Earlier releases took such a yes. The operators it is about, with all that was said
    of these facts, by the system or for all: one query as long as there is none, as a
    rule, and two else.
    """
    rows = Circumstance.objects.filter(
        flag__in=facts(), operator__in=operators, held_from__lte=on
    )
    ours = set(rows.filter(~_by_answer(), answer=YES).values_list("operator"))
    found: dict[tuple[UUID, UUID | None], list[Circumstance]] = defaultdict(list)
    told = with_origin(rows.filter(operator__in=[pk for (pk,) in ours]))
    for row in told.select_related("operator", "stated_by") if ours else ():
        found[row.operator_id, row.system_id].append(row)
    return found


def answers_of(system: AISystem) -> tuple[Mapping[str, Any], bool]:
    """What was answered about the system, and whether a second person approved it.

    The room of classifications lies above this one: it is read by its relation.
    """
    rows = system.classifications.order_by("-on", "-made_at", "-id")
    approved = rows.filter(state="approved").first()
    row = approved or rows.first()
    return (row.answers if row else {}), approved is not None


def mattering(
    answers: Mapping[str, Any], roles: Sequence[str], on: date
) -> frozenset[str]:
    """The facts on which a duty, or the limit of a fine, can hang for these roles."""
    try:
        found = duties(answers, roles, on)
    except AnswersInvalid:  # of questions that have changed since
        found = duties({}, roles, on)
    missing = {item.fact for row in found.duties for item in row.missing}
    open_facts = {fact.removeprefix("flag.") for fact in missing}
    if any(row.penalty and row.penalty.limit == OPEN_LIMIT for row in found.duties):
        open_facts |= {"sme", "small_mid_cap"}
    return known_flags() & open_facts
