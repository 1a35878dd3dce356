"""What happened in the populated world: predictions, reviews, judgements."""

import json
import uuid
from datetime import timedelta
from typing import Any

from django.test import Client

from audits.duties.services import DutyOf, place_hold, set_duty
from audits.erasure.models import Ground
from audits.erasure.services import (
    erase,
    name_of,
    request_erasure,
    stands_against,
)
from audits.events.models import Scope
from audits.metrics.tasks import roll_up
from audits.retention.models import Removal
from audits.scrub.models import Fault, ScrubRun
from audits.trail.services import Actor
from governance.classification.contents.provenance import Told
from governance.classification.services import (
    answer_request,
    approve_classification,
    ask_person,
    classify_system,
    save_draft,
)
from governance.clocks.services import start_clock
from governance.derogation import contents as derogation
from governance.documentation.services import (
    approve_text,
    digest_of,
    write_text,
)
from governance.dossiers.services import request_dossier
from governance.fria import contents as fria
from governance.law.load import annex_iv, law
from governance.obligations.build import keep_current
from governance.obligations.models import Obligation
from governance.obligations.services import assign_owner, submit_evidence
from governance.papers.services import begin_version
from governance.registration.contents.drafts import drafts
from governance.registration.selectors import facts_of
from governance.registration.services import record_submission
from registry.operators.models import Operator
from registry.operators.services import edit_operator
from registry.people.models import Role
from registry.systems.models import AISystem
from registry.systems.services import (
    add_source,
    mint_source_key,
)
from tests import factories
from tests.governance.law.worlds import CHAT, CREDIT
from tests.journeys.builder import Builder

ACTS = ["confirmed", "overridden", "disregarded"]


def predictions(make: Builder, systems: list[AISystem]) -> dict[str, str]:
    posts = Client(SERVER_NAME="127.0.0.1")
    found: dict[str, str] = {}
    for system in reversed(systems):
        sources = [
            add_source(system=system, name=f"scoring-{n}", **make.kept)
            for n in (make.numbers if system == systems[0] else [0])
        ]
        keys = [
            mint_source_key(
                source=source,
                name="Production",
                scopes=list(Scope),
                expires_at=None,
                **make.kept,
            )
            for source in sources
        ]
        row, key = keys[0]
        events = [
            factories.an_event(
                model_version=f"credit-{n % 3}",
                latency_ms=20 + n,
                subject=f"person-{n}",
            )
            for n in range(make.number * 5)
        ]
        answer = factories.post_events(posts, key, *events)
        assert answer.status_code == 201, answer.content
        for n, event in enumerate(events[: make.number]):
            _review(make, posts, key, event["id"], ACTS[n % 3])
        found = {
            "source": str(sources[0].pk),
            "source_key": row.prefix,
            "event": events[-1]["id"],
            "reviewed": events[0]["id"],
        }
    roll_up()
    return found


def _review(make: Builder, posts: Client, key: str, event: str, act: str) -> None:
    body: dict[str, Any] = {
        "id": str(uuid.uuid4()),
        "prediction": event,
        "act": act,
        "shown_at": (make.now - timedelta(seconds=40)).isoformat(),
        "decided_at": make.now.isoformat(),
        "person": {"id": "clerk-3", "name": "Kari Nordmann", "role": "Clerk"},
        "human": True,
    }
    if act == "overridden":
        body |= {"output": {"decision": "reject"}, "reason_code": "implausible"}
    answer = posts.post(
        "/api/v1/oversight",
        json.dumps(body),
        content_type="application/json",
        headers={"authorization": f"Bearer {key}"},
    )
    assert answer.status_code == 201, answer.content


def erasures(make: Builder, systems: list[AISystem]) -> dict[str, str]:
    """Persons who are to be erased, and one who was."""
    log, second = systems[0].log, Actor("second", "Second Person")
    asked = [
        request_erasure(
            log=log,
            subject=f"person-{n + make.number}",
            ground=Ground.CONSENT,
            reference=f"DSR-{n}",
            **make.kept,
        )
        for n in make.numbers
    ]
    resolved = {
        name_of(each): "Its duty does not cover this person."
        for each in stands_against(asked[-1], now=make.now)
    }
    erase(erasure=asked[-1], resolved=resolved, by=second, at=make.now)
    return {"erasure": str(asked[0].pk), "erased": str(asked[-1].pk)}


def faults(make: Builder, systems: list[AISystem]) -> dict[str, str]:
    """What a scrub found wrong, as if somebody had changed stored entries."""
    found = [
        Fault.objects.create(
            log=system.log,
            kind=ScrubRun.Kind.EVERYTHING,
            where=f"entry {n}",
            what="its bytes do not give the leaf hash beside it",
            found_at=make.now,
            seen_at=make.now,
        )
        for n, system in enumerate(systems)
    ]
    return {"fault": str(found[0].pk)}


def judgement(make: Builder, systems: list[AISystem]) -> dict[str, str]:
    system = systems[0]
    author, second = (
        make.people[Role.RISK_OFFICER],
        make.people[Role.COMPLIANCE_OFFICER],
    )
    answered = {"author": author, "answers": CREDIT, "on": make.now.date(), **make.kept}
    for each in systems[:-1]:
        approve_classification(
            classification=classify_system(system=each, **answered),
            approver=second,
            **make.kept,
        )
    waiting = [classify_system(system=system, **answered) for _ in make.numbers]
    requests = [
        ask_person(
            system=system,
            fact=fact,
            asked_of=make.people[Role.ENGINEER],
            asked_by=author,
            **make.kept,
        )
        for fact in [*law().questions][: make.number]
    ]
    for each in requests[1:]:
        answer_request(
            request=each, answer="not_established", told=Told("Asked."), **make.kept
        )
    save_draft(system=systems[-1], author=author, answers=CHAT, on=None, edition="")
    leaves = [leaf.id for leaf in annex_iv()]
    whole = system.versions.order_by("created_at").last()
    for n, leaf in enumerate(leaves[: make.number + 1]):
        text = write_text(
            version=whole,
            leaf=leaf,
            text=f"Text {n} of **this** version.",
            evidence=list(system.documents.all()[:2]),
            author=author,
            revision=0,
            **make.kept,
        )
        if n:
            approve_text(
                text=text, read_sha256=digest_of(text), approver=second, **make.kept
            )
    papers = {
        kind.room: [
            begin_version(
                kind=kind, system=system, operator=role.operator, author=author,
                **make.kept,
            )
            for role in system.operator_roles.order_by("operator__name")
        ]
        for kind in (fria.KIND, derogation.KIND)
    }  # fmt: skip
    dossiers = [
        request_dossier(
            system=system, version=version, requested_by=second, **make.kept
        )
        for version in system.versions.order_by("-created_at")
    ]
    return {
        **_duties(make, system),
        "classification": str(waiting[-1].pk),
        "fact_request": str(requests[0].pk),
        "leaf": leaves[0],
        "unwritten": leaves[-1],
        "dossier": str(dossiers[0].pk),
        "assessment": str(papers["fria"][0].pk),
        "exemption_record": str(papers["derogation"][0].pk),
    }


def submitted(make: Builder, systems: list[AISystem], operator: str) -> dict[str, str]:
    """A section of each system that was submitted, and one fact that changed since."""
    found: dict[str, str] = {}
    for system in reversed(systems[:-1]):
        for draft in drafts(facts_of(system, make.now.date())):
            if draft.section.id == "annex-viii-c":
                row = record_submission(
                    draft=draft,
                    submitted_on=make.now.date(),
                    reference="EU-4711",
                    read_sha256=draft.digest,
                    stated_by=make.people[Role.COMPLIANCE_OFFICER],
                    **make.kept,
                )
                found["submission"] = str(row.pk)
    row = Operator.objects.get(pk=operator)
    facts = {"address": "Elsewhere 2"}
    edit_operator(operator=row, facts=facts, revision=row.revision, **make.kept)
    return found


def _duties(make: Builder, system: AISystem) -> dict[str, str]:
    """The duties of the first system: one with an owner, one that waits."""
    keep_current([system], make.now.date(), make.now)
    rows = Obligation.objects.filter(system=system).order_by("operator__name")
    mine, other = rows.filter(duty="art-26-2")[0], rows.filter(duty="art-4")[0]
    risk = make.people[Role.RISK_OFFICER]
    assign_owner(obligations=[(mine, 0), (other, 0)], owner=risk, **make.kept)
    submit_evidence(
        period=other.periods.get(), documents=list(system.documents.all()[:2]),
        links=[], text="Everybody was trained.", submitter=risk, revision=1,
        **make.kept,
    )  # fmt: skip
    timed = rows.filter(duty="art-26-5-incident")[0]
    start_clock(
        obligation=timed, limit="art-73-2-general", event="Loans refused by mistake",
        aware={"deployer": make.now.date()}, country="DE", revision=0, **make.kept,
    )  # fmt: skip
    return {
        "obligation": str(mine.pk),
        "submitted": str(other.pk),
        "timed": str(timed.pk),
    }


def kept(make: Builder, systems: list[AISystem]) -> dict[str, str]:
    """A duty and a hold on each system, and a removal that waits for its approval."""
    asked = DutyOf("contract", "Master agreement, clause 9.2", 36)
    reason = "Proceedings 3 O 411/26: keep all alerts."
    # ORDER: the first system comes last, so that its rows are the ones named.
    for system in reversed(systems):
        stated: dict[str, Any] = {"by": factories.TESTER, "at": make.now}
        duty = set_duty(log=system.log, duty=asked, **stated)
        hold = place_hold(log=system.log, reason=reason, **stated)
    removal = Removal.objects.create(
        month=make.now.date().replace(day=1),
        record_in=systems[0].organisation.log,
        prepared_by={"id": "test", "name": "Alice", "role": "Risk officer"},
        prepared_id="test",
        prepared_at=make.now,
    )
    removal.logs.set([system.log for system in systems])
    return {"duty": str(duty.pk), "hold": str(hold.pk), "removal": str(removal.pk)}
