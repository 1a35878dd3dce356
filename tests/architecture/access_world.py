"""One of each thing that an address may name, and one caller of each kind."""

import uuid
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from audits.duties.services import DutyOf, place_hold, set_duty
from audits.erasure.models import Ground
from audits.erasure.services import request_erasure
from audits.events.models import Scope
from audits.log.models import Log
from audits.retention.models import Removal
from audits.scrub.models import Fault, ScrubRun
from governance.access.services import grant_system
from governance.classification.services import ask_person, classify_system
from governance.derogation import contents as derogation
from governance.documentation.services import write_text
from governance.dossiers.services import request_dossier
from governance.fria import contents as fria
from governance.obligations.models import Obligation, Period
from governance.papers.services import begin_version
from governance.registration.contents.drafts import draft_of
from governance.registration.models import Registration, RegistrationSubmission
from governance.registration.selectors import facts_of
from registry.aimodels.models import AIModel, ModelVersion
from registry.datasets.models import Dataset, DatasetVersion
from registry.deployments.models import Deployment, LivePeriod, Stage
from registry.documents.services import add_document
from registry.operators.models import Operator, OperatorRoleName
from registry.people.models import Role, ServiceKey, ServiceScope, User
from registry.people.services import mint_service_key
from registry.systems.models import OperatorRole, SystemChange, SystemVersion
from registry.systems.services import add_source, mint_source_key
from tests.factories import TESTER, World, a_person, an_event, post_events
from tests.governance.law.worlds import CREDIT

ANON, STRANGER = "anonymous", "stranger"
# A stranger is powerful at home, so that a wrong organisation would show.
AT_HOME = (Role.ADMINISTRATOR, Role.COMPLIANCE_OFFICER, Role.ENGINEER, Role.OVERSEER)
CALLERS = (ANON, STRANGER, *(role.value for role in Role))


def the_caller(world: World, name: str) -> User | None:
    """The person who calls: none, a stranger, or one with a single role."""
    if name == ANON:
        return None
    if name == STRANGER:
        return [a_person("Zoe", world.other, role) for role in AT_HOME][-1]
    person = a_person("Caller", world.acme, Role(name))
    if name == Role.AUTHORITY:
        now = timezone.now()
        until = now + timedelta(days=5)
        grant_system(user=person, system=world.system, until=until, by=TESTER, at=now)
    return User.objects.get(pk=person.pk)


def one_of_each(world: World) -> dict[str, Any]:
    """What the parts of addresses stand for; all belong to the first organisation."""
    acme, system, now = world.acme, world.system, timezone.now()
    stated = {"by": TESTER, "at": now}
    operator = Operator.objects.create(organisation=acme, name="Acme", country="DE")
    held = OperatorRole.objects.create(
        system=system,
        operator=operator,
        role=OperatorRoleName.PROVIDER,
        held_from=now.date(),
        reason="It made the system.",
    )
    bank = Operator.objects.create(organisation=acme, name="A bank", country="DE")
    OperatorRole.objects.create(
        system=system,
        operator=bank,
        role=OperatorRoleName.DEPLOYER,
        held_from=now.date() - timedelta(days=1),
        reason="It uses the system.",
    )
    version = SystemVersion.objects.create(system=system, name="1.0")
    occasion = SystemChange.objects.create(
        system=system, changed_on=now.date(), kind="name", description="Renamed."
    )
    dataset = Dataset.objects.create(organisation=acme, name="Credits")
    dataset.systems.add(system)
    data = DatasetVersion.objects.create(
        dataset=dataset, name="1994", use=DatasetVersion.Use.TRAINING
    )
    aimodel = AIModel.objects.create(organisation=acme, name="credit")
    aimodel.systems.add(system)
    made = ModelVersion.objects.create(
        aimodel=aimodel, name="credit-1", artefact_sha256="ab" * 32
    )
    deployment = Deployment.objects.create(system=system, name="loan-desk")
    period = LivePeriod.objects.create(
        deployment=deployment,
        version=made,
        stage=Stage.FULL,
        share=100,
        period=(now - timedelta(days=1), None),
    )
    document = add_document(
        organisation=acme,
        system=system,
        title="Manual",
        file_name="manual.txt",
        chunks=[b"How to read a score."],
        uploaded_by=world.alice,
        **stated,
    )
    classification = classify_system(
        system=system, answers=CREDIT, author=world.alice, on=now.date(), **stated
    )
    papers = {
        kind.room: begin_version(
            kind=kind, system=system, operator=operator, author=world.alice, **stated
        )
        for kind in (fria.KIND, derogation.KIND)
    }
    submission = a_submission(world, operator)
    asked = ask_person(
        system=system,
        fact="profiling",
        asked_of=world.bob,
        asked_by=world.alice,
        **stated,
    )
    write_text(
        version=version,
        leaf="annex-iv-2-d",
        text="Data of 1994.",
        evidence=[],
        author=world.alice,
        revision=0,
        **stated,
    )
    obligation = Obligation.objects.create(
        system=system,
        operator=operator,
        duty="art-73-2",
        borne_as=["provider"],
        established=True,
        derived_at=now,
    )
    Period.objects.create(obligation=obligation, opened_at=now)
    dossier = request_dossier(
        system=system, version=version, requested_by=world.bob, **stated
    )
    source = add_source(system=system, name="scoring-service", **stated)
    key, text = mint_source_key(
        source=source, name="k", scopes=list(Scope), expires_at=None, **stated
    )
    event = an_event(subject="person-1")
    post_events(Client(), text, event)
    fault = Fault.objects.create(
        log=system.log,
        kind=ScrubRun.Kind.SAMPLE,
        where="entry 1",
        what="its bytes do not give the leaf hash beside it",
        found_at=now,
        seen_at=now,
    )
    erasure = request_erasure(
        log=system.log, subject="person-1", ground=Ground.CONSENT, reference="",
        **stated,
    )  # fmt: skip
    duty = set_duty(log=system.log, duty=DutyOf("sector", "§ 3", 24), **stated)
    hold = place_hold(log=system.log, reason="Claim 4711", **stated)
    removal = Removal.objects.create(
        month=now.date().replace(day=1),
        record_in=acme.log,
        prepared_by={"id": "test", "name": "Test", "role": ""},
        prepared_id="test",
        prepared_at=now,
    )
    return {
        "erasure": erasure.pk,
        "duty": duty.pk,
        "hold": hold.pk,
        "removal": removal.pk,
        "system": system.pk,
        "obligation": obligation.pk,
        "operator": operator.pk,
        "occasion": occasion.pk,
        "operator_role": held.pk,
        "version": version.pk,
        "dataset": dataset.pk,
        "dataset_version": data.pk,
        "model": aimodel.pk,
        "model_version": made.pk,
        "deployment": deployment.pk,
        "period": period.pk,
        "document": document.pk,
        "classification": classification.pk,
        "assessment": papers["fria"].pk,
        "exemption_record": papers["derogation"].pk,
        "submission": submission.pk,
        "fact_request": asked.pk,
        "dossier": dossier.pk,
        "source": source.pk,
        "source_key": key.prefix,
        "event": uuid.UUID(event["id"]),
        "fault": fault.pk,
        "origin": Log.objects.get(pk=system.log_id).origin,
        "person": world.alice.pk,
        "role": world.alice.memberships.get().pk,
        "authority_role": world.dana.memberships.get().pk,
        "service_key": the_key(world).prefix,
    }


def a_submission(world: World, operator: Operator) -> RegistrationSubmission:
    """A draft that stays readable without an approved class: it was submitted."""
    now, section = timezone.now(), "annex-viii-a"
    row = RegistrationSubmission.objects.create(
        registration=Registration.objects.create(
            system=world.system, operator=operator, section=section
        ),
        submitted_on=now.date(),
        reference="EU-4711",
        content={"fields": []},
        stated_by=world.bob,
        stated_at=now,
    )
    found = draft_of(facts_of(world.system, now.date()), operator.pk, section)
    row.content, row.digest = found.content, found.digest
    row.save()
    return row


def the_key(world: World) -> ServiceKey:
    """A key of the first organisation."""
    row, _text = mint_service_key(
        organisation=world.acme,
        name="pipeline",
        scopes=[ServiceScope.REGISTRY_READ],
        expires_at=None,
        by=TESTER,
        at=timezone.now(),
    )
    return row
