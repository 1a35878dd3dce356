"""Registering an AI system and changing what is stated of it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from audits.log.models import LogClass
from audits.log.services import open_log
from audits.trail.services import Actor, record
from registry.operators.services import FactsWrong, change_row, told
from registry.people.models import Organisation
from registry.systems.access import grant_to_roles
from registry.systems.models import AISystem, SystemChange
from registry.systems.services.versions import add_change

SLUG_LENGTH = 60
DATED = {
    "name": SystemChange.Kind.NAME,
    "intended_purpose": SystemChange.Kind.PURPOSE,
}
DATES = ("placed_on_market_on", "put_into_service_on", "type_first_placed_on")


@transaction.atomic
def register_system(
    *, organisation: Organisation, facts: Mapping[str, Any], by: Actor, at: datetime
) -> AISystem:
    """Register a system and open its log, of the class of its organisation's.

    `facts` holds fields of AISystem by name. Raises FactsWrong when the name is
    taken or the facts contradict each other.
    """
    _wait_for_names(organisation)
    _check_facts(organisation, None, facts)
    name = str(facts["name"])
    slug = _free_slug(organisation, name)
    log = open_log(
        path=f"{organisation.slug}/{slug}",
        title=name,
        log_class=LogClass(organisation.log.log_class),
        at=at,
    )
    try:
        with transaction.atomic():
            system = AISystem.objects.create(
                organisation=organisation, log=log, slug=slug, **facts
            )
    except IntegrityError as error:
        raise _name_taken() from error
    grant_to_roles(system)
    details = {name: told(value) for name, value in facts.items()}
    record(
        log=log, verb="system.registered", subject=system, by=by, at=at, details=details
    )
    return system


@transaction.atomic
def edit_system(
    *,
    system: AISystem,
    facts: Mapping[str, Any],
    revision: int,
    by: Actor,
    at: datetime,
    changed_on: date | None = None,
) -> AISystem:
    """Change facts of a system; old and new values go to the trail.

    The log keeps its origin, whatever the system is called. Another name or intended
    purpose is a dated change as well (Art. 25(1)), of today when no day is given:
    whether it made somebody the provider must be asked, so it is never left out.
    Raises EditedMeanwhile when `revision` is not the stored one, and FactsWrong.
    """
    _wait_for_names(system.organisation)
    row = AISystem.objects.select_for_update(no_key=True).get(pk=system.pk)
    changed = change_row(row, facts, revision=revision)
    _check_facts(
        system.organisation,
        row,
        {name: getattr(row, name) for name in ("name", *DATES)},
    )
    for name, kind in DATED.items():
        if name in changed:
            add_change(
                system=row,
                facts={
                    "changed_on": changed_on or timezone.localdate(at),
                    "kind": kind,
                    "description": _("Before: %(from)s\nNow: %(to)s") % changed[name],
                },
                by=by,
                at=at,
            )
    if changed:
        record(
            log=row.log,
            verb="system.changed",
            subject=row,
            by=by,
            at=at,
            details={"changed": changed, "revision": row.revision},
        )
    return row


def _wait_for_names(organisation: Organisation) -> None:
    """Let one act at a time name systems of the organisation, until it commits."""
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)


def _check_facts(
    organisation: Organisation, row: AISystem | None, facts: Mapping[str, Any]
) -> None:
    """Raise FactsWrong when the name is taken or dates contradict each other."""
    others = AISystem.objects.filter(
        organisation=organisation, name__iexact=facts["name"]
    )
    if (others if row is None else others.exclude(pk=row.pk)).exists():
        raise _name_taken()
    own = [day for name in DATES[:2] if (day := facts.get(name))]
    of_type = facts.get("type_first_placed_on")
    if of_type and own and of_type > min(own):
        reason = _(
            "The first of the type cannot be later than this system itself (%(day)s)."
        )
        raise FactsWrong({"type_first_placed_on": reason % {"day": min(own)}})


def _free_slug(organisation: Organisation, name: str) -> str:
    """A short name that no system of the organisation has: the log's path."""
    wanted = slugify(name)[:SLUG_LENGTH].strip("-") or "system"
    stem = wanted[: SLUG_LENGTH - 5]
    taken = set(
        AISystem.objects.filter(
            organisation=organisation, slug__startswith=stem
        ).values_list("slug", flat=True)
    )
    slug, number = wanted, 1
    while slug in taken:
        number += 1
        slug = f"{stem}-{number}"
    return slug


def _name_taken() -> FactsWrong:
    reason = _("A system of this name is registered. Open it, or add to the name.")
    return FactsWrong({"name": reason})
