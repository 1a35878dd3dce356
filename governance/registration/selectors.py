"""What drafts are put together from, read once for many systems."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from governance.circumstances.selectors import Acting, acting_for
from governance.classification.models import Classification
from governance.classification.selectors import standing_for
from governance.derogation.models import DerogationRecord
from governance.fria.models import ImpactAssessment
from governance.papers.models import Paper
from governance.registration.models import (
    Registration,
    RegistrationSubmission,
    RegistrationText,
)
from registry.operators.models import Operator
from registry.systems.models import AISystem, OperatorRole

# One draft: the operator who fills it in, and the section's id.
Key = tuple[UUID, str]


class Approved:
    """The approved documents that count, by system and the operator whose they are.

    Read for all systems at once when the first draft asks; most drafts ask for none.
    """

    def __init__(self, systems: tuple[UUID, ...]) -> None:
        self.systems = systems

    @cached_property
    def assessments(self) -> Mapping[tuple[UUID, UUID], Paper]:
        """Those of Art. 27."""
        return self._newest(ImpactAssessment)

    @cached_property
    def exemptions(self) -> Mapping[tuple[UUID, UUID], Paper]:
        """Those of Art. 6(4)."""
        return self._newest(DerogationRecord)

    def _newest(
        self, model: type[ImpactAssessment | DerogationRecord]
    ) -> dict[tuple[UUID, UUID], Paper]:
        rows = model.objects.filter(
            system__in=self.systems, state=Paper.State.APPROVED
        ).order_by("system", "operator", "-number")
        newest = rows.defer("parts").distinct("system", "operator")
        return {(row.system_id, row.operator_id): row for row in newest}


@dataclass(frozen=True, slots=True)
class SystemFacts:
    """Everything that the drafts of one system are made from."""

    system: AISystem
    on: date
    acting: tuple[Acting, ...]
    held: tuple[OperatorRole, ...]
    standing: Classification | None
    approved: Approved
    begun: Mapping[Key, Registration]
    texts: Mapping[Key, Mapping[str, RegistrationText]]
    submissions: Mapping[Key, tuple[RegistrationSubmission, ...]]

    @property
    def answers(self) -> Mapping[str, Any]:
        """The answers of the classification that counts; none without one."""
        return self.standing.answers if self.standing else {}


def facts_of(system: AISystem, on: date) -> SystemFacts:
    """The facts of one system on a day."""
    return facts_for([system], on)[system.pk]


def facts_for(systems: Iterable[AISystem], on: date) -> dict[UUID, SystemFacts]:
    """The facts of many systems, in as many queries as for one."""
    known = {system.pk: system for system in systems}
    acting, standing = acting_for(known.values(), on), standing_for(known.values())
    held = _held(known, on)
    begun: dict[UUID, dict[Key, Registration]] = defaultdict(dict)
    for row in Registration.objects.filter(system__in=known).select_related("operator"):
        begun[row.system_id][row.operator_id, row.section] = row
    texts, submissions = _texts(known), _submissions(known)
    approved = Approved(tuple(known))
    return {
        pk: SystemFacts(
            system=system,
            on=on,
            acting=tuple(acting.get(pk, ())),
            held=tuple(held.get(pk, ())),
            standing=standing.get(pk),
            approved=approved,
            begun=begun[pk],
            texts={key: texts.get(row.pk, {}) for key, row in begun[pk].items()},
            submissions={
                key: tuple(submissions.get(row.pk, ()))
                for key, row in begun[pk].items()
            },
        )
        for pk, system in known.items()
    }


def submitted_systems(systems: Iterable[AISystem]) -> QuerySet[Registration, UUID]:
    """The ids of those systems of which something was submitted."""
    rows = Registration.objects.filter(system__in=systems, submissions__isnull=False)
    return rows.order_by("system").values_list("system", flat=True).distinct()


def operator_of(system: AISystem, operator_id: UUID) -> Operator:
    """An operator of the system's organisation; 404 otherwise."""
    rows = Operator.objects.filter(organisation=system.organisation_id, pk=operator_id)
    found = rows.first()
    if found is None:
        raise Http404(_("There is no such draft of this system."))
    return found


def submission_of(system: AISystem, submission_id: UUID) -> RegistrationSubmission:
    """A submission of the system whose door was passed; 404 otherwise."""
    rows = RegistrationSubmission.objects.filter(registration__system=system)
    rows = rows.select_related("stated_by", "registration__operator")
    found = rows.filter(pk=submission_id).first()
    if found is None:
        raise Http404(_("Nothing of that kind was submitted for this system."))
    return found


def history(registration: Registration | None, field: str) -> list[RegistrationText]:
    """What people wrote for a field before, newest first."""
    rows = RegistrationText.objects.filter(registration=registration, field=field)
    return list(rows.select_related("author").order_by("-revision")[:50])


def _held(known: Mapping[UUID, AISystem], on: date) -> dict[UUID, list[OperatorRole]]:
    rows = OperatorRole.objects.filter(system__in=known).select_related("operator")
    found: dict[UUID, list[OperatorRole]] = defaultdict(list)
    for row in rows.order_by("operator__name", "held_from"):
        if row.held_from <= on and (row.held_until is None or row.held_until >= on):
            found[row.system_id].append(row)
    return found


def _texts(known: Iterable[UUID]) -> dict[UUID, dict[str, RegistrationText]]:
    """The newest text of each field."""
    rows = RegistrationText.objects.filter(registration__system__in=known)
    rows = rows.select_related("author").order_by("registration", "field", "-revision")
    found: dict[UUID, dict[str, RegistrationText]] = defaultdict(dict)
    for row in rows.distinct("registration", "field"):
        found[row.registration_id][row.field] = row
    return found


def _submissions(known: Iterable[UUID]) -> dict[UUID, list[RegistrationSubmission]]:
    rows = RegistrationSubmission.objects.filter(registration__system__in=known)
    found: dict[UUID, list[RegistrationSubmission]] = defaultdict(list)
    for row in rows.select_related("stated_by").order_by("-submitted_on", "-stated_at"):
        found[row.registration_id].append(row)
    return found
