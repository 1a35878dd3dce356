"""The door to requests for erasure: through the system in whose log the person is."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from audits.erasure.models import Erasure
from registry.people.access import demand, may
from registry.people.models import User
from registry.systems.access import Caller, visible_systems
from registry.systems.models import AISystem

VIEW = "registry.view_trail"
ASK = "registry.request_erasure"
DECIDE = "registry.decide_erasure"


def visible_erasures(caller: Caller) -> QuerySet[Erasure]:
    """Requests in logs of the systems that the caller sees, newest first."""
    logs = visible_systems(caller).order_by().values("log")
    rows = Erasure.objects.filter(log__in=logs).order_by("-asked_at")
    return rows.select_related("log__system__organisation")


def get_erasure(caller: Caller, pk: UUID, permission: str = VIEW) -> Erasure:
    """The request, 404 when unseen, PermissionDenied when seen but not allowed."""
    found = visible_erasures(caller).filter(pk=pk).first()
    if found is None:
        raise Http404(_("There is no such request, or you may not see it."))
    if isinstance(caller, User):
        demand(caller, permission, found.log.system.organisation)
    return found


def systems_to_ask_in(user: User) -> list[AISystem]:
    """The systems in whose logs the person may look for somebody to be erased."""
    systems = visible_systems(user)
    return [each for each in systems if may(user, ASK, each.organisation)]
