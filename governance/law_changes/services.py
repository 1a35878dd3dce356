"""Starting the re-assessment after a change of the law."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audits.trail.services import Actor, record
from governance.law_changes.build.runs import begin
from governance.law_changes.contents.derive import rules_now
from governance.law_changes.models import LawRun
from governance.law_changes.selectors import newest_run, running
from governance.law_changes.tasks import ring
from registry.operators.services import FactsWrong
from registry.people.models import Organisation, User


@transaction.atomic
def start_reassessment(
    *,
    organisation: Organisation,
    read: UUID | None,
    started_by: User,
    by: Actor,
    at: datetime,
) -> LawRun:
    """Re-assess by the law of today what the comparison `read` has shown.

    The rows are the queue; Celery is only the doorbell. A second press returns the run
    that goes on. Raises FactsWrong when there is no finished comparison by the law of
    today, or another one was read.
    """
    # ORDER: two that press at the same time wait for each other here.
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    goes_on = running(organisation, LawRun.Kind.REASSESS)
    if goes_on is not None:
        return goes_on
    compared = newest_run(organisation, LawRun.Kind.COMPARE)
    if (
        compared is None
        or compared.state != LawRun.State.DONE
        or compared.rules != rules_now()
    ):
        raise FactsWrong(
            {"": _("What moves by the law of today is not known yet. Nothing was "
                   "started: wait for the comparison and read it.")}
        )  # fmt: skip
    if read != compared.pk:
        raise FactsWrong(
            {"": _("The law or its data have changed since you read this page. Nothing "
                   "was started: read what moves now.")}
        )  # fmt: skip
    run = begin(
        organisation=organisation,
        kind=LawRun.Kind.REASSESS,
        at=at,
        after=compared,
        started_by=started_by,
    )
    record(
        log=organisation.log,
        verb="reassessment.started",
        subject=run,
        by=by,
        at=at,
        details={
            "rules": run.rules,
            "edition": run.edition,
            "systems": run.total,
            "comparison": str(compared.pk),
        },
    )
    # A broker that is away costs a delay and not the act: the sweeper rings again.
    transaction.on_commit(lambda: ring(run.pk), robust=True)
    return run
