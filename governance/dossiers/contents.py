"""Gathers one frozen value from three floors. Nothing here is written or rendered.

Because it is a value, the PDF, the attached JSON and the tests all say the same,
and a dossier can be set again from what was stored.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from audits.events.encoding import Flag
from governance.classification.models import Classification
from governance.documentation.models import AnnexText
from governance.dossiers import selectors
from governance.dossiers.models import Dossier
from governance.law.load import annex_iv
from registry.aimodels.models import ModelVersion
from registry.datasets.models import DatasetVersion
from registry.deployments.models import LivePeriod
from registry.systems.models import AISystem, SystemVersion

FORMAT = "probatum-dossier-v1"


@dataclass(frozen=True, slots=True)
class Leaf:
    """One leaf of Annex IV with the text that people wrote, or without one."""

    id: str
    citation: str
    title: str
    asks: str
    state: str
    text: str = ""
    reason: str = ""
    author: str = ""
    written_at: datetime | None = None
    approved_by: str = ""
    approved_at: datetime | None = None
    evidence: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The newest classification, with who answered and who approved."""

    state: str
    on: date
    edition: str
    made_at: datetime
    author: str
    decided_by: str
    decided_at: datetime | None
    digest: str
    verdict: dict[str, Any]


@dataclass(frozen=True, slots=True)
class LogFacts:
    """The log at the checkpoint that the dossier speaks of."""

    origin: str
    vkey: str
    size: int
    root: str
    checkpoint: str
    first_at: datetime | None
    last_at: datetime | None
    by_type: tuple[tuple[str, int], ...]
    unknown_version: int
    late: int
    per_day: tuple[tuple[date, int, int, int], ...]


@dataclass(frozen=True, slots=True)
class DossierContents:
    """Everything that a dossier says, in the order of Annex IV."""

    format: str
    id: str
    as_of: datetime
    generated_at: datetime
    requested_by: str
    organisation: str
    sample: bool
    system: dict[str, Any]
    version: dict[str, Any] | None
    roles: tuple[dict[str, Any], ...]
    changes: tuple[dict[str, Any], ...]
    classification: Verdict | None
    leaves: tuple[Leaf, ...]
    models: tuple[dict[str, Any], ...]
    datasets: tuple[dict[str, Any], ...]
    deployments: tuple[dict[str, Any], ...]
    oversight: selectors.Oversight
    log: LogFacts
    proofs: tuple[selectors.Proven, ...]
    missing: tuple[str, ...]

    @property
    def title(self) -> str:
        return str(self.system["name"])


def gather(dossier: Dossier) -> DossierContents:
    """Read what is known of the system; reads only committed rows."""
    system, now = dossier.system, timezone.now()
    state = selectors.sealed(system.log, now)
    log = _log(system, state)
    leaves = _leaves(dossier.version)
    verdict = _verdict(system)
    models, datasets = _models(system), _datasets(system)
    deployments = _deployments(system)
    predictions = dict(log.by_type).get("prediction", 0)
    oversight = selectors.oversight(system.log, state.size, predictions)
    roles = _roles(system)
    return DossierContents(
        format=FORMAT,
        id=str(dossier.pk),
        as_of=dossier.as_of.astimezone(UTC),
        generated_at=now,
        requested_by=str(dossier.requested_by),
        organisation=system.organisation.name,
        sample=system.is_sample,
        system=_system(system),
        version=_version(dossier.version),
        roles=roles,
        changes=_changes(system),
        classification=verdict,
        leaves=leaves,
        models=models,
        datasets=datasets,
        deployments=deployments,
        oversight=oversight,
        log=log,
        proofs=selectors.proofs(system.log, state),
        missing=tuple(
            _missing(
                leaves, verdict, roles, models, datasets, deployments, log, oversight
            )
        ),
    )


def _system(system: AISystem) -> dict[str, Any]:
    return {
        "id": str(system.pk),
        "name": system.name,
        "intended_purpose": system.intended_purpose,
        "affected_persons": system.affected_persons,
        "member_states": sorted(system.member_states),
        "lifecycle_state": str(system.get_lifecycle_state_display()),
        "owner": str(system.owner) if system.owner else "",
        "placed_on_market_on": system.placed_on_market_on,
        "put_into_service_on": system.put_into_service_on,
        "first_placed_where": system.first_placed_where,
        "type_first_placed_on": system.type_first_placed_on,
        "for_public_authorities": system.for_public_authorities,
        "registered_at": system.created_at,
    }


def _version(version: SystemVersion | None) -> dict[str, Any] | None:
    if version is None:
        return None
    return {
        "id": str(version.pk),
        "name": version.name,
        "changes": version.changes,
        "created_at": version.created_at,
        "model_versions": [v.name for v in version.model_versions.order_by("name")],
    }


def _roles(system: AISystem) -> tuple[dict[str, Any], ...]:
    rows = system.operator_roles.select_related("operator").order_by("held_from")
    return tuple(
        {
            "operator": row.operator.name,
            "address": row.operator.address,
            "country": row.operator.country,
            "role": row.role,
            "role_name": str(row.get_role_display()),
            "held_from": row.held_from,
            "held_until": row.held_until,
            "reason": row.reason,
        }
        for row in rows
    )


def _changes(system: AISystem) -> tuple[dict[str, Any], ...]:
    return tuple(
        {
            "changed_on": row.changed_on,
            "kind": str(row.get_kind_display()),
            "description": row.description,
            "substantial": str(row.get_substantial_modification_display()),
        }
        for row in system.changes.order_by("changed_on")
    )


def _verdict(system: AISystem) -> Verdict | None:
    rows = Classification.objects.filter(system=system).exclude(
        state=Classification.State.RETURNED
    )
    rows = rows.select_related("author", "decided_by").order_by("-made_at")
    row = rows.filter(state=Classification.State.APPROVED).first() or rows.first()
    if row is None:
        return None
    return Verdict(
        state=row.state,
        on=row.on,
        edition=row.edition,
        made_at=row.made_at,
        author=str(row.author),
        decided_by=str(row.decided_by or ""),
        decided_at=row.decided_at,
        digest=row.digest,
        verdict=row.verdict,
    )


def _leaves(version: SystemVersion | None) -> tuple[Leaf, ...]:
    written: dict[str, AnnexText] = {}
    if version is not None:
        rows = AnnexText.objects.filter(version=version).prefetch_related("evidence")
        written = {r.leaf: r for r in rows.select_related("author", "approved_by")}
    return tuple(
        _leaf(leaf.id, leaf.citation, leaf.title, leaf.write, written.get(leaf.id))
        for leaf in annex_iv()
    )


def _leaf(
    leaf_id: str, citation: str, title: str, asks: str, row: AnnexText | None
) -> Leaf:
    if row is None:
        return Leaf(leaf_id, citation, title, asks, "missing")
    return Leaf(
        leaf_id, citation, title, asks, row.state, row.text, row.not_applicable_reason,
        str(row.author), row.written_at, str(row.approved_by or ""), row.approved_at,
        tuple((each.title, each.sha256) for each in row.evidence.all()),
    )  # fmt: skip


def _models(system: AISystem) -> tuple[dict[str, Any], ...]:
    rows = ModelVersion.objects.filter(aimodel__systems=system).order_by("created_at")
    rows = rows.select_related("aimodel", "training_data__dataset")
    return tuple(
        {
            "model": row.aimodel.name,
            "name": row.name,
            "artefact_sha256": row.artefact_sha256,
            "framework": row.framework,
            "params": row.params,
            "feature_set_version": row.feature_set_version,
            "training_data": str(row.training_data or ""),
            "code_revision": row.code_revision,
            "licence": row.licence,
            "created_at": row.created_at,
            "metrics": [
                {
                    "name": m.name, "value": m.value, "segment": m.segment,
                    "dataset": str(m.dataset or ""), "count": m.count,
                }
                for m in row.metrics.all()
            ],
        }
        for row in rows.prefetch_related("metrics__dataset__dataset")
    )  # fmt: skip


def _datasets(system: AISystem) -> tuple[dict[str, Any], ...]:
    rows = DatasetVersion.objects.filter(dataset__systems=system)
    fields = (
        "name", "sha256", "rows", "origin", "collection", "preparation", "assumptions",
        "suitability", "known_biases", "gaps", "licence",
    )  # fmt: skip
    return tuple(
        {"dataset": row.dataset.name, "use": str(row.get_use_display())}
        | {field: getattr(row, field) for field in fields}
        for row in rows.select_related("dataset").order_by(
            "dataset__name", "created_at"
        )
    )


def _deployments(system: AISystem) -> tuple[dict[str, Any], ...]:
    rows = LivePeriod.objects.filter(deployment__system=system)
    return tuple(
        {
            "deployment": row.deployment.name,
            "endpoint": row.deployment.endpoint,
            "version": row.version.name,
            "stage": str(row.get_stage_display()),
            "share": str(row.share),
            "live_from": row.period.lower,
            "live_until": row.period.upper,
        }
        for row in rows.select_related("deployment", "version").order_by("period")
    )


def _log(system: AISystem, state: selectors.Sealed) -> LogFacts:
    first, last = selectors.span(system.log, state.size)
    return LogFacts(
        origin=system.log.origin,
        vkey=system.log.vkey,
        size=state.size,
        root=state.root,
        checkpoint=state.checkpoint,
        first_at=first,
        last_at=last,
        by_type=selectors.by_type(system.log, state.size),
        unknown_version=selectors.flagged(
            system.log, state.size, Flag.UNKNOWN_MODEL_VERSION
        ),
        late=selectors.flagged(system.log, state.size, Flag.LATE),
        per_day=selectors.per_day(system.log),
    )


def _missing(  # noqa: PLR0913 - each is one kind of thing that may be missing
    leaves: tuple[Leaf, ...],
    verdict: Verdict | None,
    roles: tuple[dict[str, Any], ...],
    models: tuple[dict[str, Any], ...],
    datasets: tuple[dict[str, Any], ...],
    deployments: tuple[dict[str, Any], ...],
    log: LogFacts,
    oversight: selectors.Oversight,
) -> list[str]:
    """An honest list of what this file does not have."""
    found = []
    if verdict is None:
        found.append(_("Nobody has classified the system under the Act."))
    elif verdict.state != Classification.State.APPROVED:
        found.append(_("The classification waits for a second person's approval."))
    held = {row["role"] for row in roles if row["held_until"] is None}
    for role, words in (("provider", _("provider")), ("deployer", _("deployer"))):
        if role not in held:
            found.append(_("No operator is recorded as %(role)s.") % {"role": words})
    found += [
        _("%(citation)s (%(title)s): nobody has written it.")
        % {"citation": leaf.citation, "title": leaf.title}
        for leaf in leaves
        if leaf.state == "missing"
    ]
    drafts = [leaf.citation for leaf in leaves if leaf.state == AnnexText.State.DRAFT]
    if drafts:
        found.append(
            _("Drafts without approval: %(list)s.") % {"list": "; ".join(drafts)}
        )
    for rows, words in (
        (models, _("No model version is registered.")),
        (datasets, _("No data set is registered (Art. 10).")),
        (deployments, _("No deployment period is recorded.")),
    ):
        if not rows:
            found.append(words)
    if log.unknown_version:
        found.append(
            _("%(n)s predictions name a model version that is not in the registry.")
            % {"n": log.unknown_version}
        )
    if oversight.predictions and not oversight.by_humans:
        found.append(_("No review was made by a natural person (Art. 14)."))
    return found
