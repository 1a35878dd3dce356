"""Who gets at which system: an authority's systems; closing a source."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import Permission
from django.db import transaction
from django.utils.translation import gettext as _

from audits.events.access import forget_keys
from audits.events.models import EventSource
from audits.trail.services import Actor, record
from registry.people.models import Membership, Role, User
from registry.people.services import Refused, change_until, give_role
from registry.systems.models import AISystem, AISystemUserPermission

# What an authority holds on each system that it was given.
GIVEN = ("view_aisystem", "view_predictions", "verify_evidence")


@transaction.atomic
def grant_system(
    *, user: User, system: AISystem, until: datetime, by: Actor, at: datetime
) -> Membership:
    """Let an authority's reader see one system until then; every request checks it.

    The person gets the role of an authority in the system's organisation, or its
    end is moved: all systems given there share one end.
    """
    membership = Membership.objects.filter(
        user=user, organisation=system.organisation, role=Role.AUTHORITY
    ).first()
    if membership is None or not membership.holds_at(at):
        membership = give_role(
            user=user, organisation=system.organisation, role=Role.AUTHORITY,
            until=until, by=by, at=at,
        )  # fmt: skip
    elif membership.until != until:
        membership = change_until(membership=membership, until=until, by=by, at=at)
    held = AISystemUserPermission.objects.filter(user=user, content_object=system)
    known = set(held.values_list("permission", flat=True))
    AISystemUserPermission.objects.bulk_create(
        AISystemUserPermission(user=user, permission=row, content_object=system)
        for row in _given_permissions()
        if row.pk not in known
    )
    _record("system.given", system, user, by, at, until=until.isoformat())
    return membership


@transaction.atomic
def revoke_system(*, user: User, system: AISystem, by: Actor, at: datetime) -> None:
    """Take a system back from an authority's reader, at once."""
    AISystemUserPermission.objects.filter(user=user, content_object=system).delete()
    _record("system.taken_back", system, user, by, at)


@transaction.atomic
def give_systems(
    *,
    membership: Membership,
    systems: Sequence[AISystem],
    until: datetime,
    by: Actor,
    at: datetime,
) -> None:
    """Make these the systems that an authority's reader has, until then."""
    if membership.role != Role.AUTHORITY or not membership.holds_at(at):
        raise Refused(
            _("Only a person with the role of an authority is given systems.")
        )
    mine = AISystem.objects.filter(organisation=membership.organisation)
    held = set(mine.filter(aisystemuserpermission__user=membership.user))
    if membership.until != until:
        change_until(membership=membership, until=until, by=by, at=at)
    for system in sorted(held - set(systems), key=str):
        revoke_system(user=membership.user, system=system, by=by, at=at)
    for system in sorted(set(systems) - held, key=str):
        grant_system(user=membership.user, system=system, until=until, by=by, at=at)


@transaction.atomic
def set_source_active(
    *, source: EventSource, active: bool, by: Actor, at: datetime
) -> None:
    """Close a source, so that its keys are refused, or open it again."""
    source.active = active
    source.save(update_fields=["active"])
    transaction.on_commit(forget_keys)
    verb = "source.reopened" if active else "source.closed"
    record(log=source.log, verb=verb, subject=source, by=by, at=at)


def _given_permissions() -> list[Permission]:
    return list(
        Permission.objects.filter(
            content_type__app_label="registry",
            content_type__model="aisystem",
            codename__in=GIVEN,
        )
    )


def _record(
    verb: str, system: AISystem, user: User, by: Actor, at: datetime, **more: object
) -> None:
    details = {"person": str(user), **more}
    record(log=system.log, verb=verb, subject=system, by=by, at=at, details=details)
