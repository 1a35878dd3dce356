"""The door to a deployment: through its system."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from registry.deployments.models import Deployment
from registry.people.access import demand
from registry.people.models import User
from registry.systems.access import Caller, visible_systems

VIEW = "registry.view_deployment"
ADD = "registry.add_deployment"
CHANGE = "registry.change_deployment"


def visible_deployments(caller: Caller) -> QuerySet[Deployment]:
    """Deployments of the systems that the caller sees."""
    seen = visible_systems(caller).order_by().values("pk")
    return Deployment.objects.filter(system__in=seen).select_related(
        "system__log", "system__organisation"
    )


def get_deployment(
    caller: Caller, deployment_id: UUID, permission: str = VIEW
) -> Deployment:
    """The deployment, 404 when unseen, PermissionDenied when seen but not allowed."""
    found = visible_deployments(caller).filter(pk=deployment_id).first()
    if found is None:
        raise Http404(_("There is no such deployment, or you may not see it."))
    if isinstance(caller, User):
        demand(caller, permission, found.system.organisation)
    return found
