"""Writes the table of roles into groups, and groups' permissions on systems."""

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q

from governance.access.roles import PERMISSIONS
from registry.people.models import Organisation, Role, RoleGroup
from registry.systems.access import grant_to_roles
from registry.systems.models import AISystem


def sync_roles(*, using: str = "default") -> None:
    """Bring every organisation's groups in step with the table of roles."""
    for organisation in Organisation.objects.using(using):
        sync_organisation(organisation, using=using)


def sync_organisation(organisation: Organisation, *, using: str = "default") -> None:
    """Bring one organisation's groups, and their systems, in step with the table."""
    with transaction.atomic(using=using):
        groups = {role: _group(organisation, role, using) for role in Role}
        for role, group in groups.items():
            group.permissions.set(_permissions(PERMISSIONS[role], using))
        for system in AISystem.objects.using(using).filter(organisation=organisation):
            grant_to_roles(system, using=using)


def _group(organisation: Organisation, role: Role, using: str) -> Group:
    row = (
        RoleGroup.objects.using(using)
        .select_related("group")
        .filter(organisation=organisation, role=role)
        .first()
    )
    if row is None:
        group = Group.objects.using(using).create(name=f"{organisation.pk}:{role}")
        row = RoleGroup.objects.using(using).create(
            organisation=organisation, role=role, group=group
        )
    return row.group


def _permissions(names: frozenset[str], using: str) -> list[Permission]:
    wanted = Q(pk__in=[])
    for name in names:
        app, codename = name.split(".")
        wanted |= Q(content_type__app_label=app, codename=codename)
    found = list(Permission.objects.using(using).filter(wanted))
    if len(found) != len(names):
        known = {f"{p.content_type.app_label}.{p.codename}" for p in found}
        raise LookupError(
            "governance/access/roles.py names permissions that no model has: "
            f"{sorted(names - known)}"
        )
    return found
