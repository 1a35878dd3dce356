"""Questions about classifications that pages, the API and dossiers share."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from governance.circumstances.selectors import Acting, acting_on
from governance.classification.models import (
    Classification,
    ClassificationDraft,
    FactRequest,
)
from governance.law.check import ROLES
from governance.law.load import law
from registry.operators.models import OperatorRoleName
from registry.people.models import Role, User
from registry.people.selectors import members_of
from registry.systems.models import AISystem

ASKED = 40  # LIMIT: a work list is to be worked off, not to be scrolled through


def of_system(system: AISystem) -> QuerySet[Classification]:
    """Every classification of a system, newest first."""
    rows = Classification.objects.filter(system=system)
    return rows.select_related("author", "decided_by").order_by("-made_at", "-id")


def one_of(system: AISystem, classification_id: UUID) -> Classification:
    """A classification of the system whose door was passed; 404 otherwise."""
    row = of_system(system).filter(pk=classification_id).first()
    if row is None:
        raise Http404(_("There is no such classification of this system."))
    return row


def standing(system: AISystem) -> Classification | None:
    """The approved classification that counts: by the latest law, then the newest."""
    return _approved(system).first()


def standing_for(systems: Iterable[AISystem]) -> dict[UUID, Classification]:
    """The same for many systems, in one query; without those that have none."""
    rows = Classification.objects.filter(
        system__in=[system.pk for system in systems],
        state=Classification.State.APPROVED,
    )
    newest = rows.order_by("system", "-on", "-made_at", "-id").distinct("system")
    return {row.system_id: row for row in newest}


def before(row: Classification) -> Classification | None:
    """The approved classification that counted when this one was made."""
    rows = _approved(row.system).filter(made_at__lt=row.made_at, on__lte=row.on)
    return rows.exclude(pk=row.pk).first()


def _approved(system: AISystem) -> QuerySet[Classification]:
    rows = of_system(system).filter(state=Classification.State.APPROVED)
    return rows.order_by("-on", "-made_at", "-id")


def draft_of(system: AISystem, author: User) -> ClassificationDraft | None:
    """The answers that this person is still giving."""
    return ClassificationDraft.objects.filter(system=system, author=author).first()


def registered(system: AISystem, today: date) -> Mapping[str, Any]:
    """Answers that the register suggests; somebody still has to give them."""
    days = (
        system.placed_on_market_on,
        system.put_into_service_on,
        system.type_first_placed_on,
    )
    known: list[date] = [day for day in days if day is not None]
    found: dict[str, Any] = {}
    if known:
        found["placed_on_market_on"] = min(known).isoformat()
    if system.for_public_authorities is not None:
        found["for_public_authorities"] = (
            "yes" if system.for_public_authorities else "no"
        )
    if roles := roles_asked(acting_on(system, today)):
        found["our_roles"] = roles
    return found


def roles_asked(acting: Iterable[Acting]) -> list[str]:
    """The roles of our own operators, as far as the interview asks for them.

    A downstream provider provides an AI system with a model in it (Art. 3(68)).
    """
    held = {role for each in acting for role in each.roles}
    if OperatorRoleName.DOWNSTREAM_PROVIDER in held:
        held.add(OperatorRoleName.PROVIDER)
    return [c.id for c in law().questions[ROLES].choices if c.id in held]


def names_of(ids: Iterable[str]) -> dict[str, str]:
    """The names of people by their ids; who is gone is left out."""
    wanted = set(ids)
    people = User.objects.filter(pk__in=wanted) if wanted else ()
    return {str(person.pk): str(person) for person in people}


def askable(system: AISystem, asker: User, at: datetime) -> list[User]:
    """Whom the asker can ask: others of the organisation, an authority's people not."""
    return [
        member.user
        for member in members_of(system.organisation, at)
        if member.user != asker
        and any(role.role != Role.AUTHORITY for role in member.roles)
    ]


def requests_of(system: AISystem) -> QuerySet[FactRequest]:
    """What was asked of people for a system and not withdrawn, newest first."""
    rows = FactRequest.objects.filter(system=system, withdrawn_at__isnull=True)
    return rows.select_related("asked_of", "asked_by").order_by("-asked_at")


def waiting_for(user: User, systems: Iterable[Any]) -> QuerySet[FactRequest]:
    """What the person is asked for on these systems and has not answered."""
    rows = FactRequest.objects.filter(
        system__in=systems,
        asked_of=user,
        answered_at__isnull=True,
        withdrawn_at__isnull=True,
    )
    return rows.select_related("asked_by").order_by("asked_at")[:ASKED]


def request_of(system: AISystem, request_id: UUID) -> FactRequest:
    """A request of the system whose door was passed; 404 otherwise."""
    row = requests_of(system).filter(pk=request_id).first()
    if row is None:
        raise Http404(_("Nobody is asked for such a fact of this system."))
    return row


def came_in(
    system: AISystem, answers: Mapping[str, Any]
) -> tuple[list[FactRequest], list[FactRequest]]:
    """Requests that wait for an answer, and answers that are not taken in."""
    rows = [row for row in requests_of(system) if row.fact in law().questions]
    newest = {row.fact: row for row in reversed(rows)}.values()
    told = [r for r in newest if r.answered_at and answers.get(r.fact) != r.answer]
    return [row for row in rows if row.waits], told
