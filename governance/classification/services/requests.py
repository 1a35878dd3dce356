"""Asking a colleague for one fact, and their answer.

What a colleague answers is proposed to whoever classifies the system. It becomes an
answer only when that person takes it in (`take_told`).
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audits.trail.services import Actor, record
from governance.classification.contents.provenance import Told
from governance.classification.models import FactRequest
from governance.classification.selectors import askable
from governance.law.facts import Facts
from governance.law.load import law
from registry.people.models import User
from registry.systems.models import AISystem
from registry.systems.services import FactsWrong


@transaction.atomic
def ask_person(
    *,
    system: AISystem,
    fact: str,
    asked_of: User,
    asked_by: User,
    by: Actor,
    at: datetime,
) -> FactRequest:
    """Ask a person of the organisation for a fact; it comes into their work list.

    Raises FactsWrong for a fact that is no question, for somebody who does not work
    there, and while somebody else is asked for it already.
    """
    if fact not in law().questions:
        raise FactsWrong({"fact": _("There is no such question.")})
    if asked_of not in askable(system, asked_by, at):
        raise FactsWrong({"asked_of": _("Choose somebody else of your organisation.")})
    # ORDER: of two who ask at once, the second sees the first.
    AISystem.objects.select_for_update(of=("self",)).get(pk=system.pk)
    waiting = system.fact_requests.filter(
        fact=fact, answered_at__isnull=True, withdrawn_at__isnull=True
    ).first()
    if waiting is not None:
        raise FactsWrong(
            {"fact": _("%(who)s is asked already.") % {"who": waiting.asked_of}}
        )
    made = FactRequest.objects.create(
        system=system, fact=fact, asked_of=asked_of, asked_by=asked_by, asked_at=at
    )
    _record("fact.asked", made, by, at, {"asked_of": str(asked_of.pk)})
    return made


@transaction.atomic
def answer_request(
    *, request: FactRequest, answer: Any, told: Told, by: Actor, at: datetime
) -> FactRequest:
    """Answer as the person who was asked.

    Raises AnswersInvalid, and FactsWrong when it was answered or withdrawn already.
    """
    Facts({request.fact: answer}, law().questions)
    row = _waiting(request)
    said = told.as_json()
    row.answer, row.answered_at = answer, at
    row.source, row.evidence = said["source"], said["evidence"]
    row.save(update_fields=["answer", "answered_at", "source", "evidence"])
    _record("fact.answered", row, by, at, {"answer": answer, **said})
    return row


@transaction.atomic
def withdraw_request(*, request: FactRequest, by: Actor, at: datetime) -> None:
    """Ask no longer, or propose an answer no longer."""
    row = FactRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if row.withdrawn_at is None:
        row.withdrawn_at = at
        row.save(update_fields=["withdrawn_at"])
        _record("fact.withdrawn", row, by, at, {})


def _waiting(request: FactRequest) -> FactRequest:
    row = (
        FactRequest.objects.select_for_update(of=("self",))
        .select_related("system__log", "asked_of")
        .get(pk=request.pk)
    )
    if not row.waits:
        raise FactsWrong({"": _("This was answered or withdrawn already.")})
    return row


def _record(
    verb: str, row: FactRequest, by: Actor, at: datetime, details: dict[str, Any]
) -> None:
    record(
        log=row.system.log,
        verb=verb,
        subject=row,
        by=by,
        at=at,
        details={"fact": row.fact, **details},
    )
