"""The door to a data set: through the systems that use it."""

from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from registry.datasets.models import Dataset
from registry.people.access import demand
from registry.people.models import User
from registry.systems.access import Caller, visible_systems

VIEW = "registry.view_dataset"
ADD = "registry.add_dataset"
ADD_VERSION = "registry.add_datasetversion"


def visible_datasets(caller: Caller) -> QuerySet[Dataset]:
    """Data sets of the systems that the caller sees; others of their systems stay out.

    ``systems`` is fetched beforehand with those that the caller sees.
    """
    seen = visible_systems(caller)
    reached = Dataset.systems.through.objects.filter(
        aisystem__in=seen.order_by().values("pk")
    )
    return (
        Dataset.objects.filter(pk__in=reached.values("dataset"))
        .select_related("organisation__log")
        .prefetch_related(Prefetch("systems", seen.order_by("name")))
    )


def get_dataset(caller: Caller, dataset_id: UUID, permission: str = VIEW) -> Dataset:
    """The data set, 404 when unseen, PermissionDenied when seen but not allowed."""
    found = visible_datasets(caller).filter(pk=dataset_id).first()
    if found is None:
        raise Http404(_("There is no such data set, or you may not see it."))
    if isinstance(caller, User):
        demand(caller, permission, found.organisation)
    return found
