"""The door to duties, holds and removals: through the organisation of their logs."""

from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _

from audits.duties.models import Duty, Hold
from audits.log.models import LogClass
from audits.retention.models import Removal
from registry.people.models import Organisation
from registry.systems.models import AISystem

VIEW = "audits.view_retention"
MANAGE = "audits.manage_retention"
PREPARE = "audits.prepare_removal"
APPROVE = "audits.approve_removal"


def own_systems(organisation: Organisation) -> list[AISystem]:
    """The systems whose logs hold evidence; a sample is wiped, not removed."""
    rows = AISystem.objects.select_related("log").order_by("name")
    evidence = LogClass.EVIDENCE
    return list(rows.filter(organisation=organisation, log__log_class=evidence))


def get_removal(organisation: Organisation, removal_id: UUID) -> Removal:
    """A removal of the organisation; Http404 for another's, or none."""
    rows = Removal.objects.filter(record_in=organisation.log_id, pk=removal_id)
    if (found := rows.first()) is None:
        raise Http404(_("There is no such removal in your organisation."))
    return found


def get_duty(system: AISystem, duty_id: int) -> Duty:
    """A duty of the system's log; Http404 for another's, or none."""
    found = Duty.objects.select_related("log").filter(log=system.log_id, pk=duty_id)
    if (duty := found.first()) is None:
        raise Http404(_("This system has no such duty."))
    return duty


def get_hold(system: AISystem, hold_id: int) -> Hold:
    """A hold on the system's log; Http404 for another's, or none."""
    found = Hold.objects.select_related("log").filter(log=system.log_id, pk=hold_id)
    if (hold := found.first()) is None:
        raise Http404(_("This system has no such hold."))
    return hold
