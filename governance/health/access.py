"""The door to the health page, and to one fault."""

from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _

from audits.scrub.models import Fault
from audits.scrub.selectors import open_faults
from governance.health.selectors import own_logs
from registry.people.models import Organisation

VIEW = "audits.view_health"
ACKNOWLEDGE = "audits.acknowledge_fault"
# LIMIT: each is an act in the log; of thousands, the first tell what happened.
MOST_AT_ONCE = 200


def get_fault(organisation: Organisation, fault_id: UUID) -> Fault:
    """A fault in a log that the organisation may hear of; Http404 for another."""
    found = Fault.objects.select_related("log").filter(pk=fault_id).first()
    if found is None or found.log_id not in own_logs(organisation):
        raise Http404(_("There is no such fault in the logs that you may see."))
    return found


def open_faults_beside(fault: Fault) -> list[Fault]:
    """The fault and all others of its log whose alarms have not ended, first that."""
    others = open_faults().filter(log=fault.log_id).exclude(pk=fault.pk)
    return [fault, *others.select_related("log")[:MOST_AT_ONCE]]
