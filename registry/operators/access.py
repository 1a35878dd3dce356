"""The door to an operator. Unseen is 404; seen but not allowed is 403."""

from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from audits.events.access import SourceKeyHolder
from registry.operators.models import Operator
from registry.people.access import active_memberships, demand, may
from registry.people.api import ServiceKeyHolder
from registry.people.models import Organisation, Role, User

Caller = User | AnonymousUser | ServiceKeyHolder | SourceKeyHolder
VIEW = "registry.view_operator"


def visible_operators(caller: Caller) -> QuerySet[Operator]:
    """The operators that the caller may see, by name.

    An authority's reader meets operators on the systems it was given, never the
    organisation's list; a source's key meets none.
    """
    operators = Operator.objects.select_related("organisation__log").order_by("name")
    if isinstance(caller, ServiceKeyHolder):
        return operators.filter(organisation=caller.organisation)
    if not isinstance(caller, User):
        return operators.none()
    inside = {
        m.organisation_id
        for m in active_memberships(caller)
        if m.role != Role.AUTHORITY and may(caller, VIEW, m.organisation)
    }
    return operators.filter(organisation__in=inside)


def get_visible_operator(caller: Caller, operator_id: UUID) -> Operator:
    """The operator, or Http404 when the caller may not see it or it is none."""
    operator = visible_operators(caller).filter(pk=operator_id).first()
    if operator is None:
        raise Http404(_("There is no such operator, or you may not see it."))
    return operator


def get_allowed_operator(
    caller: Caller, operator_id: UUID, permission: str
) -> Operator:
    """The operator, 404 when unseen, PermissionDenied when seen but not allowed."""
    operator = get_visible_operator(caller, operator_id)
    if isinstance(caller, User):
        demand(caller, permission, operator.organisation)
    return operator


def organisation_for(
    caller: Caller, chosen: Organisation | None, permission: str
) -> Organisation:
    """The organisation that something new belongs to.

    A key's own, or the one a person works in, where a role must give the
    permission; PermissionDenied otherwise.
    """
    if isinstance(caller, ServiceKeyHolder):
        return caller.organisation
    if chosen is None or not isinstance(caller, User):
        raise PermissionDenied(_("You hold no role in any organisation."))
    demand(caller, permission, chosen)
    return chosen
