"""The door to an AI model: through the systems that use it."""

from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from registry.aimodels.models import AIModel
from registry.people.access import demand
from registry.people.models import User
from registry.systems.access import Caller, visible_systems

VIEW = "registry.view_aimodel"
ADD = "registry.add_aimodel"
ADD_VERSION = "registry.add_modelversion"


def visible_models(caller: Caller) -> QuerySet[AIModel]:
    """Models of the systems that the caller sees; others of their systems stay out.

    ``systems`` is fetched beforehand with those that the caller sees.
    """
    seen = visible_systems(caller)
    reached = AIModel.systems.through.objects.filter(
        aisystem__in=seen.order_by().values("pk")
    )
    return (
        AIModel.objects.filter(pk__in=reached.values("aimodel"))
        .select_related("organisation__log")
        .prefetch_related(Prefetch("systems", seen.order_by("name")))
    )


def get_model(caller: Caller, model_id: UUID, permission: str = VIEW) -> AIModel:
    """The model, 404 when unseen, PermissionDenied when seen but not allowed."""
    found = visible_models(caller).filter(pk=model_id).first()
    if found is None:
        raise Http404(_("There is no such model, or you may not see it."))
    if isinstance(caller, User):
        demand(caller, permission, found.organisation)
    return found
