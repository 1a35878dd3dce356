"""The door to dossiers: through the system that they speak of."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from governance.dossiers.models import Dossier
from registry.people.access import active_memberships, demand, may
from registry.people.models import User
from registry.systems.access import Caller, visible_systems

VIEW = "governance.view_dossier"
ADD = "governance.add_dossier"


def visible_dossiers(caller: Caller) -> QuerySet[Dossier]:
    """The dossiers of the systems that the caller sees, without their contents.

    A person sees those of organisations in which a role lets them read dossiers.
    """
    systems = visible_systems(caller).order_by()
    if isinstance(caller, User):
        organisations = {m.organisation for m in active_memberships(caller)}
        opened = [o.pk for o in organisations if may(caller, VIEW, o)]
        systems = systems.filter(organisation__in=opened)
    rows = Dossier.objects.filter(system__in=systems.values("pk"))
    rows = rows.select_related(
        "system__log", "system__organisation", "version", "requested_by"
    )
    return rows.defer("contents")


def get_visible_dossier(caller: Caller, dossier_id: UUID) -> Dossier:
    """The dossier: 404 when its system is unseen, 403 when the role lacks it."""
    rows = Dossier.objects.filter(
        pk=dossier_id, system__in=visible_systems(caller).order_by().values("pk")
    )
    found = (
        rows.select_related(
            "system__log", "system__organisation", "version", "requested_by"
        )
        .defer("contents")
        .first()
    )
    if found is None:
        raise Http404(_("There is no such dossier, or you may not see it."))
    if isinstance(caller, User):
        demand(caller, VIEW, found.system.organisation)
    return found
