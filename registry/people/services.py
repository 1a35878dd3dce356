"""Acts on organisations, people, their roles and their keys."""

from datetime import datetime

from django.db import transaction
from django.utils.text import slugify

from audits.log.models import Log, LogClass
from audits.log.services import open_log
from audits.trail.services import Actor, record
from registry.people.models import Membership, Organisation, Role, User

INSTALLATION = "installation"


def installation_log(*, at: datetime) -> Log:
    """The log of acts that concern the whole installation: opened on first use."""
    found = Log.objects.filter(title=INSTALLATION).order_by("pk").first()
    return found or open_log(
        path=INSTALLATION, title=INSTALLATION, log_class=LogClass.EVIDENCE, at=at
    )


@transaction.atomic
def create_organisation(
    *, name: str, by: Actor, at: datetime, log_class: LogClass = LogClass.EVIDENCE
) -> Organisation:
    """Found an organisation with a log of its own."""
    slug = slugify(name)[:60] or "organisation"
    log = open_log(path=slug, title=name, log_class=log_class, at=at)
    organisation = Organisation.objects.create(name=name, slug=slug, log=log)
    record(log=log, verb="organisation.created", subject=organisation, by=by, at=at)
    return organisation


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
    """Give a person a role in an organisation; an authority always has an end."""
    membership = Membership.objects.create(
        user=user, organisation=organisation, role=role, until=until
    )
    if role == Role.ADMINISTRATOR and not user.is_staff:
        user.is_staff = True
        user.save(update_fields=["is_staff"])
    record(
        log=organisation.log,
        verb="role.given",
        subject=membership,
        by=by,
        at=at,
        details={"role": role.value, "until": until.isoformat() if until else None},
    )
    return membership
