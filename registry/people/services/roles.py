"""Giving and ending roles. The rules that keep an organisation governed:

1. Nobody gives themselves a role, or lengthens one of their own.
2. An organisation keeps an administrator who can sign in and whose role lasts.
3. An authority's role always has an end, and its systems end with it.
"""

from datetime import UTC, date, datetime, time

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from audits.trail.services import Actor, record
from registry.people.models import Membership, Organisation, Role, User


class Refused(Exception):
    """The act breaks a rule of the organisation; the text says which."""


def last_moment(day: date | None) -> datetime | None:
    """The end of the last day on which something holds, in UTC."""
    return None if day is None else datetime.combine(day, time.max, UTC)


@transaction.atomic
def give_role(
    *,
    user: User,
    organisation: Organisation,
    role: Role,
    by: Actor,
    at: datetime,
    until: datetime | None = None,
) -> Membership:
    """Give a person a role in an organisation; an authority always has an end.

    Raises Refused when the person holds the role already, acts on themselves, or
    the end is missing or past.
    """
    _refuse_oneself(user, by)
    _refuse_end(role, until, at)
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    held = Membership.objects.filter(
        user=user, organisation=organisation, role=role
    ).first()
    if held is not None and held.holds_at(at):
        raise Refused(
            _("%(person)s holds this role already. Change its end instead.")
            % {"person": user}
        )
    membership = held or Membership(user=user, organisation=organisation, role=role)
    membership.since, membership.until = at, until
    membership.save()
    record(
        log=organisation.log,
        verb="role.given",
        subject=membership,
        by=by,
        at=at,
        details={"role": role.value, "until": until.isoformat() if until else None},
    )
    return membership


@transaction.atomic
def change_until(
    *, membership: Membership, until: datetime | None, by: Actor, at: datetime
) -> Membership:
    """Let a role end at another time; a time that is past ends it now."""
    if until is not None and until <= at:
        return end_role(membership=membership, by=by, at=at)
    _refuse_oneself(membership.user, by)
    _refuse_end(Role(membership.role), until, at)
    if until is not None:
        _refuse_last(membership)
    before, membership.until = membership.until, until
    membership.save(update_fields=["until"])
    record(
        log=membership.organisation.log,
        verb="role.changed",
        subject=membership,
        by=by,
        at=at,
        details={"until": [_written(before), _written(until)]},
    )
    return membership


@transaction.atomic
def end_role(*, membership: Membership, by: Actor, at: datetime) -> Membership:
    """End a role now. Its row stays: who held it, and until when, remains known."""
    if not membership.holds_at(at):
        raise Refused(_("This role has ended already."))
    _refuse_last(membership)
    membership.until = at
    membership.save(update_fields=["until"])
    if membership.role == Role.AUTHORITY:
        # What an authority was given must not come back with a later role.
        membership.user.aisystemuserpermission_set.filter(
            content_object__organisation=membership.organisation
        ).delete()
    record(
        log=membership.organisation.log,
        verb="role.ended",
        subject=membership,
        by=by,
        at=at,
        details={"role": membership.role},
    )
    return membership


def administrators(organisation: Organisation) -> QuerySet[Membership]:
    """Roles of administrators who can sign in, also ended ones."""
    return organisation.memberships.filter(
        role=Role.ADMINISTRATOR, user__is_active=True
    ).exclude(user__password__startswith=UNUSABLE_PASSWORD_PREFIX)


def _refuse_last(membership: Membership) -> None:
    if membership.role != Role.ADMINISTRATOR:
        return
    # ORDER: two administrators must not end each other's role at the same time.
    Organisation.objects.select_for_update().get(pk=membership.organisation_id)
    others = administrators(membership.organisation).exclude(pk=membership.pk)
    if not others.filter(until=None).exists():
        raise Refused(
            _(
                "This is the last administrator of %(organisation)s who can sign in "
                "and whose role has no end. Give another person that role first; it "
                "counts once they have set a password."
            )
            % {"organisation": membership.organisation}
        )


def _refuse_oneself(user: User, by: Actor) -> None:
    if by.id == str(user.pk):
        raise Refused(
            _(
                "Nobody gives themselves a role or changes its end. "
                "Ask another administrator."
            )
        )


def _refuse_end(role: Role, until: datetime | None, at: datetime) -> None:
    if until is not None and until <= at:
        raise Refused(_("The last day lies in the past. Choose a later one."))
    if role == Role.AUTHORITY and until is None:
        raise Refused(_("An authority's role needs a last day."))


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
