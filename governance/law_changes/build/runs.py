"""Beginning and ending a run over the systems of an organisation."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from audits.trail.services import SYSTEM, record
from governance.law.load import edition_on
from governance.law_changes.contents.derive import rules_now
from governance.law_changes.models import LawRun, LawRunPortion
from governance.law_changes.selectors import stale
from registry.people.models import Organisation

# LIMIT: a portion takes about a second, so that progress shows and little is lost.
PORTION = 100


def begin(
    *,
    organisation: Organisation,
    kind: str,
    at: datetime,
    **more: Any,
) -> LawRun:
    """A run over the systems whose snapshot is of another law, split into portions."""
    rules, today = rules_now(), timezone.localdate(at)
    rows = stale(organisation, rules, today).order_by("system_id")
    systems = [str(pk) for pk in rows.values_list("system_id", flat=True)]
    run = LawRun.objects.create(
        organisation=organisation,
        kind=kind,
        rules=rules,
        edition=edition_on(today),
        on=today,
        started_at=at,
        total=len(systems),
        **more,
    )
    LawRunPortion.objects.bulk_create(
        LawRunPortion(run=run, number=number, systems=systems[start : start + PORTION])
        for number, start in enumerate(range(0, len(systems), PORTION))
    )
    return run


@transaction.atomic
def begin_comparison(organisation: Organisation, at: datetime) -> LawRun | None:
    """Compare by the law of today, unless that was done or nothing is stale."""
    # ORDER: of two that ask at once, the second finds the first's run.
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    rules, today = rules_now(), timezone.localdate(at)
    runs = LawRun.objects.filter(organisation=organisation)
    now = {"rules": rules, "edition": edition_on(today)}
    runs.filter(state=LawRun.State.RUNNING).exclude(**now).update(
        state=LawRun.State.SUPERSEDED, finished_at=at
    )
    known = runs.filter(kind=LawRun.Kind.COMPARE, **now)
    if known.exclude(state=LawRun.State.SUPERSEDED).exists():
        return None
    if not stale(organisation, rules, today).exists():
        return None
    return begin(organisation=organisation, kind=LawRun.Kind.COMPARE, at=at)


@transaction.atomic
def finish(run_id: UUID, at: datetime) -> bool:
    """Say that a run is done when no portion waits; True for the one who said it."""
    waiting = LawRunPortion.objects.filter(run=run_id, done=False)
    running = LawRun.objects.filter(pk=run_id, state=LawRun.State.RUNNING)
    if waiting.exists():
        return False
    if running.update(state=LawRun.State.DONE, finished_at=at) != 1:
        return False
    run = LawRun.objects.select_related("organisation__log").get(pk=run_id)
    done = list(run.portions.values_list("moved", "opened"))
    record(
        log=run.organisation.log,
        verb="law.compared"
        if run.kind == run.Kind.COMPARE
        else "reassessment.finished",
        subject=run,
        by=SYSTEM,
        at=at,
        details={
            "rules": run.rules,
            "edition": run.edition,
            "systems": run.total,
            "moved": sum(moved for moved, _opened in done),
            "opened": sum(opened for _moved, opened in done),
        },
    )
    return True
