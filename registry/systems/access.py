"""The door to an AI system. Unseen is 404; seen but not allowed is 403.

Guardian's direct rows say which group (a role in an organisation) or which person
(an authority's reader) may see which system; memberships say who is in the group
now. Both are checked in one query, row by row by PostgreSQL, never in Python.
"""

from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from audits.events.access import SourceKeyHolder
from registry.people.access import active_memberships, demand, may
from registry.people.api import ServiceKeyHolder
from registry.people.models import Membership, Role, RoleGroup, User
from registry.systems.models import (
    AISystem,
    AISystemGroupPermission,
    AISystemUserPermission,
)

Caller = User | AnonymousUser | ServiceKeyHolder | SourceKeyHolder
VIEW = "view_aisystem"


def visible_systems(caller: Caller) -> QuerySet[AISystem]:
    """The systems that the caller may see: an empty set for a stranger."""
    systems = AISystem.objects.select_related("log", "organisation")
    if isinstance(caller, ServiceKeyHolder):
        return systems.filter(organisation=caller.organisation)
    if isinstance(caller, SourceKeyHolder):
        return systems.filter(log=caller.log)
    if not isinstance(caller, User):
        return systems.none()
    return systems.filter(_seen_by_role(caller) | _given(caller)).order_by("name")


def get_visible_system(caller: Caller, system_id: UUID | str) -> AISystem:
    """The system, or Http404 when the caller may not see it or it is none."""
    system = visible_systems(caller).filter(pk=system_id).first()
    if system is None:
        raise Http404(_("There is no such system, or you may not see it."))
    return system


def get_allowed_system(
    caller: Caller, system_id: UUID | str, permission: str
) -> AISystem:
    """The system, 404 when unseen, PermissionDenied when seen but not allowed.

    ``permission`` ("registry.change_aisystem") is asked for the system's own
    organisation, whatever the caller works in at the moment.
    """
    system = get_visible_system(caller, system_id)
    if isinstance(caller, User):
        demand(caller, permission, system.organisation)
    return system


def may_on(caller: Caller, permission: str, system: AISystem) -> bool:
    """Whether a person's role allows the act on a system that they see."""
    return isinstance(caller, User) and may(caller, permission, system.organisation)


def _seen_by_role(user: User) -> Q:
    groups = Q(pk__in=[])
    for membership in active_memberships(user):
        if membership.role != Role.AUTHORITY:
            groups |= Q(organisation=membership.organisation_id, role=membership.role)
    rows = AISystemGroupPermission.objects.filter(
        permission__codename=VIEW,
        group__in=RoleGroup.objects.filter(groups).values("group"),
    )
    return Q(pk__in=rows.values("content_object"))


def _given(user: User) -> Q:
    """An authority's systems: given one by one, while its role lasts there."""
    organisations = [
        m.organisation_id for m in active_memberships(user) if m.role == Role.AUTHORITY
    ]
    rows = AISystemUserPermission.objects.filter(permission__codename=VIEW, user=user)
    return Q(pk__in=rows.values("content_object")) & Q(organisation__in=organisations)


def systems_given_to(membership: Membership) -> QuerySet[AISystem]:
    """The systems of the organisation that an authority's reader was given."""
    rows = AISystemUserPermission.objects.filter(
        permission__codename=VIEW, user=membership.user
    )
    return AISystem.objects.filter(
        organisation=membership.organisation, pk__in=rows.values("content_object")
    )


@transaction.atomic
def grant_to_roles(system: AISystem, *, using: str = "default") -> None:
    """Give each role's group on the system what the group holds on all systems.

    The groups' own permissions come from the table of roles on the floor above.
    An authority's group gets none: its people are given systems one by one.
    """
    wanted: set[tuple[int, int]] = set()
    rows = RoleGroup.objects.using(using).filter(organisation=system.organisation_id)
    held_by_group = rows.exclude(role=Role.AUTHORITY).filter(
        group__permissions__content_type__app_label="registry",
        group__permissions__content_type__model="aisystem",
    )
    for group_id, permission_id, codename in held_by_group.values_list(
        "group", "group__permissions", "group__permissions__codename"
    ):
        if codename != "add_aisystem":
            wanted.add((group_id, permission_id))
    granted = AISystemGroupPermission.objects.using(using).filter(content_object=system)
    held = set(granted.values_list("group_id", "permission_id"))
    for group_id, permission_id in held - wanted:
        granted.filter(group_id=group_id, permission_id=permission_id).delete()
    AISystemGroupPermission.objects.using(using).bulk_create(
        AISystemGroupPermission(
            content_object=system, group_id=group_id, permission_id=permission_id
        )
        for group_id, permission_id in wanted - held
    )
