"""Founding an organisation, and the log of the installation."""

from datetime import datetime

from django.db import connection, transaction
from django.utils.text import slugify

from audits.log.models import Log, LogClass
from audits.log.services import open_log
from audits.trail.services import Actor, record
from registry.people.models import Organisation

INSTALLATION = "installation"


@transaction.atomic
def installation_log(*, at: datetime) -> Log:
    """The log of acts that concern the whole installation: opened on first use."""
    logs = Log.objects.filter(title=INSTALLATION, organisation=None, system=None)
    if found := logs.order_by("pk").first():
        return found
    with connection.cursor() as cursor:
        # ORDER: two first sign-ins at once must not open two logs.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [INSTALLATION])
    return logs.order_by("pk").first() or open_log(
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
