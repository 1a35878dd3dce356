"""Writes the table of roles into groups, and groups' permissions on systems."""

from django.contrib.auth.models import Group, Permission
from django.db import transaction

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
        _set_permissions(_groups(organisation, using), using)
        for system in AISystem.objects.using(using).filter(organisation=organisation):
            grant_to_roles(system, using=using)


def _groups(organisation: Organisation, using: str) -> dict[str, int]:
    """The key of each role's group; those that there are not yet are made."""
    rows = RoleGroup.objects.using(using).filter(organisation=organisation)
    groups = dict(rows.values_list("role", "group_id"))
    missing = [role for role in Role if role not in groups]
    made = Group.objects.using(using).bulk_create(
        Group(name=f"{organisation.pk}:{role}") for role in missing
    )
    rows.bulk_create(
        RoleGroup(organisation=organisation, role=role, group=group)
        for role, group in zip(missing, made, strict=True)
    )
    return groups | {role: group.pk for role, group in zip(missing, made, strict=True)}


def _set_permissions(groups: dict[str, int], using: str) -> None:
    """Give each role's group what the table says, and take what it does not."""
    known = _permissions(using)
    links = Group.permissions.through.objects.using(using)
    wanted = {
        (groups[role], known[name]) for role in Role for name in PERMISSIONS[role]
    }
    rows = links.filter(group__in=groups.values())
    given = {(row.group_id, row.permission_id): row.pk for row in rows}
    if stale := [pk for pair, pk in given.items() if pair not in wanted]:
        links.filter(pk__in=stale).delete()
    links.bulk_create(
        links.model(group_id=group, permission_id=permission)
        for group, permission in sorted(wanted - given.keys())
    )


def _permissions(using: str) -> dict[str, int]:
    """The key of each permission that the table names, by "app.codename"."""
    rows = Permission.objects.using(using).values_list(
        "content_type__app_label", "codename", "pk"
    )
    known = {f"{app}.{codename}": pk for app, codename, pk in rows}
    named = frozenset().union(*PERMISSIONS.values())
    if unknown := sorted(named - known.keys()):
        raise LookupError(
            f"governance/access/roles.py names permissions that no model has: {unknown}"
        )
    return known
