"""Inviting a person by e-mail: a role now, a link that works once."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from audits.trail.services import Actor, record
from registry.people.links import invitation_link
from registry.people.models import Membership, Organisation, Role, User
from registry.people.services.organisations import installation_log
from registry.people.services.roles import give_role
from registry.people.services.signing_in import as_actor


@dataclass(frozen=True)
class Invitation:
    """The role that was given, and the link; None when the account has a password."""

    membership: Membership
    link: str | None


@transaction.atomic
def invite_person(
    *,
    email: str,
    organisation: Organisation,
    role: Role,
    by: Actor,
    at: datetime,
    name: str = "",
    until: datetime | None = None,
    again: bool = False,
) -> Invitation:
    """Give the person of that address a role; a new person gets a link as well.

    The name of somebody who is known already stays as they wrote it. `again` gives a
    new link to somebody who holds the role and has not accepted yet.
    """
    email = email.strip().lower()
    user = _person(email, name.strip())
    held = user.memberships.filter(organisation=organisation, role=role).first()
    waits = again and held is not None and not user.has_usable_password()
    if held is not None and waits and held.holds_at(at):
        membership = held
    else:
        membership = give_role(
            user=user, organisation=organisation, role=role, by=by, at=at, until=until
        )
    record(
        log=organisation.log,
        verb="person.invited",
        subject=membership,
        by=by,
        at=at,
        details={"role": role.value},
    )
    link = None if user.has_usable_password() else invitation_link(user)
    return Invitation(membership, link)


def _person(email: str, name: str) -> User:
    """The person of that address; of two who invite a new one at once, one makes it."""
    people = User.objects.filter(email=email)
    if (found := people.first()) is not None:
        return found
    try:
        with transaction.atomic():
            return User.objects.create_user(email, name=name)
    except IntegrityError:
        return people.get()


@transaction.atomic
def accept_invitation(*, user: User, name: str, password: str, at: datetime) -> User:
    """Set name and password of an invited person, which spends the link."""
    user.name = name
    user.set_password(password)
    user.save(update_fields=["name", "password"])
    log = installation_log(at=at)
    record(log=log, verb="invitation.accepted", subject=user, by=as_actor(user), at=at)
    return user
