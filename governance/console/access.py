"""Who may enter the console, and what of it they see."""

from collections.abc import Sequence

from django.contrib.auth.models import AnonymousUser

from audits.log.models import Log
from registry.people.access import active_memberships
from registry.people.models import Organisation, Role, User


def administered(user: User | AnonymousUser) -> Sequence[Organisation]:
    """The organisations in which the person is an administrator now, by name."""
    return [
        membership.organisation
        for membership in active_memberships(user)
        if membership.role == Role.ADMINISTRATOR
    ]


def logs_of(organisations: Sequence[Organisation]) -> Sequence[Log]:
    """The logs of the organisations, each followed by those of its systems."""
    own = [organisation.log for organisation in organisations]
    systems = Log.objects.filter(system__organisation__in=organisations)
    return [*own, *systems.order_by("title", "pk")]
