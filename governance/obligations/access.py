"""The door to a duty: through its system. Unseen is 404; not allowed is 403."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from governance.obligations.models import Obligation, Period
from registry.people.access import active_memberships, may
from registry.people.models import User
from registry.systems.access import Caller, visible_systems
from registry.systems.models import AISystem

VIEW = "governance.view_obligation"
CHANGE = "governance.change_obligation"
SUBMIT = "governance.submit_obligation"
ACCEPT = "governance.accept_obligation"


def systems_with_duties(caller: Caller) -> QuerySet[AISystem]:
    """The systems whose duties the caller may read."""
    systems = visible_systems(caller)
    if not isinstance(caller, User):
        return systems
    held = {m.organisation_id: m.organisation for m in active_memberships(caller)}
    allowed = [pk for pk, each in held.items() if may(caller, VIEW, each)]
    return systems.filter(organisation__in=allowed)


def obligation_of(system: AISystem, obligation_id: UUID) -> Obligation:
    """A duty of the system whose door was passed; 404 otherwise."""
    rows = Obligation.objects.filter(system=system, pk=obligation_id)
    row = rows.select_related("system__log", "operator", "owner").first()
    if row is None:
        raise Http404(_("This system has no such duty."))
    return row


def period_of(obligation: Obligation, period_id: UUID | None) -> Period:
    """A period of the duty, its standing one unless another is named; else 404."""
    rows = obligation.periods.select_related("submitted_by", "decided_by")
    if period_id is not None:
        rows = rows.filter(pk=period_id)
    else:
        rows = rows.filter(current=True, event="")
    row = rows.first()
    if row is None:
        raise Http404(_("This duty has no such period."))
    return row
