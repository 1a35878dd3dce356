"""The door to an authority's role, and the systems that may be given to it."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from registry.people.access import manageable_membership
from registry.people.models import Membership, Organisation, Role, User
from registry.systems.access import visible_systems
from registry.systems.models import AISystem


def systems_in(user: User, organisation: Organisation) -> QuerySet[AISystem]:
    """The systems of the organisation that the person sees."""
    return visible_systems(user).filter(organisation=organisation)


def authority(caller: User, membership_id: UUID) -> Membership:
    """An authority's role that the person may manage; Http404 for another role."""
    membership = manageable_membership(caller, membership_id)
    if membership.role != Role.AUTHORITY:
        raise Http404(_("Only an authority is given systems one by one."))
    return membership
