"""Run as a process: an organisation of many systems; compare, re-assess, and time it.

The broker and the worker are the product's; each system has answers of its own, so
that nothing of one is remembered for another.
"""

import json
import sys
import time
from datetime import date, timedelta
from functools import cache
from typing import Any

import django

django.setup()

from django.utils import timezone  # noqa: E402 - Django comes first

from audits.log.models import Head, Log, LogClass  # noqa: E402
from audits.tlog.hashing import EMPTY_ROOT  # noqa: E402
from governance.circumstances.selectors import Acting, acting_for  # noqa: E402
from governance.classification.models import Classification  # noqa: E402
from governance.classification.services import digest_of  # noqa: E402
from governance.law.classify import classify  # noqa: E402
from governance.law_changes import tasks  # noqa: E402
from governance.law_changes.build.runs import begin_comparison  # noqa: E402
from governance.law_changes.contents.derive import bearers_of, derive  # noqa: E402
from governance.law_changes.models import LawRun, Snapshot  # noqa: E402
from governance.law_changes.services import start_reassessment  # noqa: E402
from registry.operators.models import Operator, OperatorRoleName  # noqa: E402
from registry.people.models import Organisation, Role, User  # noqa: E402
from registry.systems.models import AISystem, OperatorRole  # noqa: E402
from tests.factories import TESTER, a_person, an_organisation  # noqa: E402
from tests.governance.law.worlds import CHAT, CREDIT, HIRING, PLAIN  # noqa: E402

KINDS = (CREDIT, HIRING, CHAT, PLAIN)
LIMIT_S = 600.0


def populate(number: int, every: int) -> Organisation:
    """Systems with an approved classification and two operators' roles each."""
    organisation, now = an_organisation("Large"), timezone.now()
    author = a_person("Author", organisation, Role.RISK_OFFICER)
    second = a_person("Second", organisation, Role.COMPLIANCE_OFFICER)
    ours = Operator.objects.bulk_create(
        Operator(
            organisation=organisation, name=f"Company {n}", country="DE", size=size
        )
        for n, size in enumerate(("sme", "smc", "other", "not_established"))
    )
    logs = Log.objects.bulk_create(
        Log(
            origin=f"bench/large/{n}", title=f"System {n}", vkey="",
            log_class=LogClass.EVIDENCE, opened_at=now,
        )
        for n in range(number)
    )  # fmt: skip
    Head.objects.bulk_create(
        Head(log=log, size=0, root=EMPTY_ROOT, peaks=b"", received_at=now)
        for log in logs
    )
    systems = AISystem.objects.bulk_create(
        AISystem(
            organisation=organisation, log=log, name=log.title, slug=f"s-{n}",
            intended_purpose="For the bench.",
        )
        for n, log in enumerate(logs)
    )  # fmt: skip
    roles = (OperatorRoleName.PROVIDER, OperatorRoleName.DEPLOYER)
    OperatorRole.objects.bulk_create(
        OperatorRole(
            system=system, operator=ours[(n + place) % len(ours)], role=role,
            held_from=now.date(), reason="Bench.",
        )
        for n, system in enumerate(systems)
        for place, role in enumerate(roles)
    )  # fmt: skip
    rows = [_classification(n, s, author, second) for n, s in enumerate(systems)]
    Classification.objects.bulk_create(rows, batch_size=1000)
    by_another_law(rows, every)
    return organisation


@cache
def _verdict(kind: int, on: date) -> dict[str, Any]:
    """All days of one kind lie before the law's cut-offs, and so have one verdict."""
    return classify(KINDS[kind] | {"placed_on_market_on": "2020-01-01"}, on).as_json()


def _classification(n: int, system: AISystem, author: User, second: User) -> Any:
    day = date(2026, 1, 1) - timedelta(days=n)
    answers = KINDS[n % len(KINDS)] | {"placed_on_market_on": day.isoformat()}
    now = timezone.now()
    verdict = _verdict(n % len(KINDS), timezone.localdate())
    return Classification(
        system=system, made_at=now, on=timezone.localdate(),
        edition=verdict["edition"], answers=answers, verdict=verdict,
        digest=digest_of(answers, verdict), author=author, decided_by=second,
        decided_at=now, state=Classification.State.APPROVED,
    )  # fmt: skip


def by_another_law(rows: list[Classification], every: int) -> None:
    """A snapshot of each by other data, by which some findings had another day."""
    acting = acting_for([row.system for row in rows], timezone.localdate())
    made = [_snapshot(n, row, acting[row.system_id]) for n, row in enumerate(rows)]
    for row in made[::every]:
        row.findings = {
            id_: [line[0], "2026-08-02", *line[2:]]
            for id_, line in row.findings.items()
        }
    Snapshot.objects.bulk_create(made, batch_size=500)


def _snapshot(n: int, row: Classification, acting: list[Acting]) -> Snapshot:
    bearers = bearers_of(acting)
    answers = KINDS[n % len(KINDS)] | {"placed_on_market_on": "2020-01-01"}
    found = derive(answers, bearers, row.on)
    return Snapshot(
        system=row.system, classification=row, rules="0" * 33, edition=row.edition,
        on=row.on, bearers=bearers, findings=found.findings, duties=found.duties,
        taken_at=row.made_at,
    )  # fmt: skip


def until_done(run: LawRun) -> float:
    """Wait for the workers; the seconds since the run began, as its row says."""
    ends = time.monotonic() + LIMIT_S
    while True:
        run.refresh_from_db()
        if run.finished_at is not None:
            return (run.finished_at - run.started_at).total_seconds()
        if time.monotonic() > ends:
            raise SystemExit(f"{run} did not end within {LIMIT_S} s")
        time.sleep(0.1)


def measured(number: int, every: int) -> dict[str, float]:
    organisation = populate(number, every)
    compared = begin_comparison(organisation, timezone.now())
    if compared is None:
        raise SystemExit("nothing was stale")
    tasks.ring(compared.pk)
    comparing = until_done(compared)
    officer = User.objects.get(email="second@example.org")
    run = start_reassessment(
        organisation=organisation, read=compared.pk, started_by=officer, by=TESTER,
        at=timezone.now(),
    )  # fmt: skip
    seconds = until_done(run)
    opened = sum(run.portions.values_list("opened", flat=True))
    return {
        "systems": run.total,
        "compared": comparing,
        "reassessed": seconds,
        "opened": opened,
    }


if __name__ == "__main__":
    print(json.dumps(measured(int(sys.argv[1]), int(sys.argv[2]))))
