"""What a person may do, asked for one organisation.

Roles give permissions through one Django group per organisation and role, which
``governance/access`` keeps in step with its table. A plain group would be global:
administrator in one organisation and auditor in another would be both in both.
"""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from django.contrib.auth.models import AnonymousUser, Permission
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from audits.trail.services import Actor
from registry.people.models import (
    Membership,
    Organisation,
    Role,
    ServiceKey,
    User,
)

MANAGE_PEOPLE = "registry.manage_people"
MANAGE_KEYS = "registry.manage_keys"
VIEW_PEOPLE = "registry.view_membership"
VIEW_KEYS = "registry.view_servicekey"


class PersonRequest(HttpRequest):
    """A signed-in person's request, as views behind the middlewares get it."""

    user: User
    organisation: Organisation | None


def active_memberships(user: User | AnonymousUser) -> Sequence[Membership]:
    """The roles that hold now, by organisation name; read once per request."""
    if not isinstance(user, User) or not user.is_active:
        return []
    cached: Sequence[Membership] | None = user.__dict__.get("_active_memberships")
    if cached is None:
        now = timezone.now()
        cached = list(
            user.memberships.filter(Q(until__isnull=True) | Q(until__gt=now))
            .select_related("organisation__log")
            .order_by("organisation__name", "role")
        )
        user.__dict__["_active_memberships"] = cached
    return cached


def roles_in(user: User | AnonymousUser, organisation: Organisation) -> set[Role]:
    """The roles that the person holds now in the organisation."""
    return {
        Role(m.role)
        for m in active_memberships(user)
        if m.organisation_id == organisation.pk
    }


def permissions_in(user: User | AnonymousUser, organisation: Organisation) -> set[str]:
    """Permissions ("app.codename") of the person in the organisation."""
    memberships = active_memberships(user)
    if not memberships:
        return set()
    cached: dict[UUID, set[str]] | None = user.__dict__.get("_permissions_in")
    if cached is None:
        wanted = Q(pk__in=[])
        for m in memberships:
            wanted |= Q(
                group__rolegroup__organisation=m.organisation_id,
                group__rolegroup__role=m.role,
            )
        cached = defaultdict(set)
        rows = Permission.objects.filter(wanted).values_list(
            "group__rolegroup__organisation", "content_type__app_label", "codename"
        )
        for organisation_id, app, codename in rows:
            cached[organisation_id].add(f"{app}.{codename}")
        user.__dict__["_permissions_in"] = cached
    return cached.get(organisation.pk, set())


def may(
    user: User | AnonymousUser, permission: str, organisation: Organisation
) -> bool:
    """Whether a role of the person gives the permission in this organisation."""
    return permission in permissions_in(user, organisation)


def demand(
    user: User | AnonymousUser, permission: str, organisation: Organisation
) -> None:
    """Raise PermissionDenied (403) unless the person may do it there."""
    if not may(user, permission, organisation):
        raise PermissionDenied(
            _("Your role in %(organisation)s does not include this act.")
            % {"organisation": organisation.name}
        )


def acting(caller: object, organisation: Organisation) -> Actor:
    """Who acts, as the trail keeps it: name and role as they are now."""
    if isinstance(caller, User):
        roles = sorted(roles_in(caller, organisation))
        return Actor(
            str(caller.pk), str(caller), ", ".join(str(r.label) for r in roles)
        )
    prefix = getattr(getattr(caller, "key", None), "prefix", "")
    return Actor(f"key:{prefix}", str(caller), "service key")


def manageable_membership(caller: User, membership_id: UUID) -> Membership:
    """A role that the person may change: 404 elsewhere, 403 without the right."""
    held = [m.organisation_id for m in active_memberships(caller)]
    found = (
        Membership.objects.filter(pk=membership_id, organisation__in=held)
        .select_related("user", "organisation__log")
        .first()
    )
    if found is None:
        raise Http404(_("There is no such role in your organisation."))
    demand(caller, MANAGE_PEOPLE, found.organisation)
    return found


def manageable_key(caller: User, prefix: str) -> ServiceKey:
    """A key that the person may revoke: 404 elsewhere, 403 without the right."""
    held = [m.organisation_id for m in active_memberships(caller)]
    found: ServiceKey | None = (
        ServiceKey.objects.filter(prefix=prefix, organisation__in=held)
        .select_related("organisation__log")
        .first()
    )
    if found is None:
        raise Http404(_("There is no such key in your organisation."))
    demand(caller, MANAGE_KEYS, found.organisation)
    return found
