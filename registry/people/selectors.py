"""Questions about people that pages and the console share."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from registry.people.models import (
    Membership,
    Organisation,
    User,
    UserSession,
)


@dataclass(frozen=True)
class Member:
    """A person of an organisation with the roles that hold, and those that ended."""

    user: User
    roles: Sequence[Membership]
    ended: Sequence[Membership]


def members_of(organisation: Organisation, at: datetime) -> list[Member]:
    """Everybody who holds or held a role there: those who do first, then by name."""
    rows = organisation.memberships.select_related("user", "organisation").order_by(
        "user__name", "user__email", "role"
    )
    found: dict[UUID, list[Membership]] = {}
    for row in rows:
        found.setdefault(row.user_id, []).append(row)
    members = [_member(roles, at) for roles in found.values()]
    return sorted(members, key=lambda member: not member.roles)


def member_of(organisation: Organisation, user_id: UUID, at: datetime) -> Member:
    """One person of the organisation; Http404 when they never held a role there."""
    rows = organisation.memberships.filter(user=user_id)
    roles = list(rows.select_related("user", "organisation__log").order_by("role"))
    if not roles:
        raise Http404(_("Nobody of that kind works in your organisation."))
    return _member(roles, at)


def live_sessions(user: User, at: datetime) -> QuerySet[UserSession]:
    """The person's sessions that still hold, last seen first."""
    return user.sessions.filter(expire_date__gt=at).order_by("-seen_at")


def _member(rows: list[Membership], at: datetime) -> Member:
    return Member(
        rows[0].user,
        [row for row in rows if row.holds_at(at)],
        [row for row in rows if not row.holds_at(at)],
    )
