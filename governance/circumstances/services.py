"""Stating facts about an operator that switch duties."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from audits.trail.services import Actor, record
from governance.circumstances.models import Circumstance
from governance.circumstances.selectors import known_flags, statements_of
from governance.law.value_chain import facts
from registry.operators.models import Operator
from registry.operators.services import EditedMeanwhile, FactsWrong
from registry.people.models import User
from registry.systems.models import AISystem


def demand_asked_here(flag: str) -> None:
    """Raise FactsWrong for what answers to Art. 25 alone state, whoever asks.

    Whether somebody became the provider has one answer: under "Changes of role".
    """
    if flag in facts():
        reason = _("It is answered under “Changes of role” of a system alone.")
        raise FactsWrong({"flag": reason})


@transaction.atomic
def state_circumstance(
    *,
    operator: Operator,
    flag: str,
    answer: str,
    held_from: date,
    author: User | None,
    by: Actor,
    at: datetime,
    system: AISystem | None = None,
    reason: str = "",
    seen: str | None = None,
) -> Circumstance:
    """State a fact about an operator from a day on, for one system or for all.

    It takes the place of what was stated before from that day on; earlier days keep
    what was stated for them. Raises FactsWrong for a fact that the law does not ask,
    an answer that is none, and a system of another organisation; EditedMeanwhile when
    the newest statement is not the one that was `seen` ("": none; None: not looked).
    """
    if flag not in known_flags():
        raise FactsWrong({"flag": _("The law asks no such fact about an operator.")})
    if answer not in Circumstance.Answer.values:
        raise FactsWrong({"answer": _("Answer yes, no, or that you cannot tell.")})
    if system and system.organisation_id != operator.organisation_id:
        raise FactsWrong({"operator": _("There is no such operator here.")})
    if seen is not None:
        _refuse_unseen(operator, system, flag, seen)
    made = Circumstance.objects.create(
        operator=operator,
        system=system,
        flag=flag,
        answer=answer,
        held_from=held_from,
        reason=reason.strip(),
        stated_by=author,
        stated_at=at,
    )
    record(
        log=system.log if system else operator.organisation.log,
        verb="circumstance.stated",
        subject=made,
        by=by,
        at=at,
        details={
            "operator": str(operator.pk),
            "flag": flag,
            "answer": answer,
            "held_from": held_from.isoformat(),
            "reason": made.reason,
        },
    )
    return made


def _refuse_unseen(
    operator: Operator, system: AISystem | None, flag: str, seen: str
) -> None:
    # ORDER: two who state a fact of the same operator wait for each other here.
    Operator.objects.select_for_update(no_key=True).get(pk=operator.pk)
    told = (row for row in statements_of(operator, system) if row.flag == flag)
    newest = next(told, None)
    if newest is not None and str(newest.pk) != seen:
        raise EditedMeanwhile(newest)
