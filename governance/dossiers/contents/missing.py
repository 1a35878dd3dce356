"""An honest list of what a dossier does not have."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from governance.documentation.models import AnnexText
from governance.dossiers.contents.values import Missing
from governance.dossiers.selectors import facts, judgement, registry
from governance.dossiers.selectors.coverage import CoverageFacts
from governance.dossiers.selectors.facts import RoleFacts
from governance.dossiers.selectors.judgement import LeafFacts, VerdictFacts
from governance.dossiers.selectors.log import LogFacts
from governance.dossiers.selectors.oversight import Oversight
from governance.dossiers.selectors.registry import DatasetFacts, ModelFacts
from registry.systems.models import AISystem, SystemVersion

# What the Act asks of each data set and model, by the name of the fact.
OF_A_DATASET = {
    "design_choices": gettext_lazy("design choices"),
    "origin": gettext_lazy("origin"),
    "collection": gettext_lazy("collection"),
    "preparation": gettext_lazy("labelling, cleaning"),
    "assumptions": gettext_lazy("assumptions"),
    "suitability": gettext_lazy("suitability"),
    "known_biases": gettext_lazy("possible biases"),
    "gaps": gettext_lazy("gaps"),
    "representativeness": gettext_lazy("representativeness"),
}
OF_A_MODEL = {
    "artefact_sha256": gettext_lazy("artefact SHA-256"),
    "training_data": gettext_lazy("training data"),
    "code_revision": gettext_lazy("code revision"),
    "metrics": gettext_lazy("metrics"),
}


@dataclass(frozen=True, slots=True)
class Known:
    """What is known before the log is read."""

    system: AISystem
    version: SystemVersion | None
    verdict: VerdictFacts | None
    roles: tuple[RoleFacts, ...]
    leaves: tuple[LeafFacts, ...]
    datasets: tuple[DatasetFacts, ...]
    models: tuple[ModelFacts, ...]
    deployments: bool


def preview(system: AISystem, version: SystemVersion | None) -> tuple[Missing, ...]:
    """What a dossier of that version would lack if it were generated now."""
    return tuple(missing_facts(known(system, version)))


def known(system: AISystem, version: SystemVersion | None) -> Known:
    """Read what people have stated, whatever the log says."""
    return Known(
        system=system,
        version=version,
        verdict=judgement.verdict(system),
        roles=facts.roles(system),
        leaves=judgement.leaves(version),
        datasets=registry.datasets(system),
        models=registry.models(system),
        deployments=registry.has_deployments(system),
    )


def missing_facts(known: Known) -> Iterator[Missing]:
    """What people have not stated."""
    if known.version is None:
        yield Missing(_("No version of the system was chosen."), "Annex IV, point 1(a)")
    yield from _verdict(known.verdict)
    if not (known.system.placed_on_market_on or known.system.put_into_service_on):
        yield Missing(
            _("No day of placing on the market or putting into service is recorded."),
            "Art. 111",
        )
    yield from _roles(known.roles)
    yield from _leaves(known.leaves)
    yield from _datasets(known.datasets)
    yield from _models(known.models)
    if not known.deployments:
        yield Missing(_("No deployment period is recorded."), "Annex IV, point 1(d)")


def missing_records(log: LogFacts, oversight: Oversight) -> Iterator[Missing]:
    """What the log does not show."""
    if not log.predictions:
        yield Missing(_("The log holds no prediction."), "Art. 12")
    if log.unknown_version:
        yield Missing(
            _("%(n)s predictions name a model version that is not in the registry.")
            % {"n": log.unknown_version},
            "Art. 12",
        )
    if log.unknown_deployment:
        yield Missing(
            _("%(n)s predictions name a deployment that is not in the registry.")
            % {"n": log.unknown_deployment},
            "Art. 12",
        )
    if log.predictions and not oversight.by_people:
        yield Missing(_("No review was made by a natural person."), "Art. 14")


def missing_events(coverage: CoverageFacts) -> Iterator[Missing]:
    """What sources numbered, and the log does not hold."""
    whole = coverage.whole
    if whole.missing:
        yield Missing(
            ngettext(
                "%(n)s numbered event is missing from the log.",
                "%(n)s numbered events are missing from the log.",
                whole.missing,
            )
            % {"n": whole.missing},
            "Art. 12",
        )
    if whole.faults:
        yield Missing(
            _("Numbered events contradict each other, %(n)s times.")
            % {"n": whole.faults},
            "Art. 12",
        )


def _verdict(verdict: VerdictFacts | None) -> Iterator[Missing]:
    if verdict is None:
        yield Missing(_("Nobody has classified the system under the Act."), "Art. 6")
    elif not verdict.approved:
        yield Missing(
            _("The classification waits for a second person's approval."), "Art. 6"
        )
    if verdict is not None and (open_facts := verdict.verdict.get("open_facts")):
        yield Missing(
            ngettext(
                "The classification hangs on %(n)s fact that is not established; "
                "section 1 names it.",
                "The classification hangs on %(n)s facts that are not established; "
                "section 1 names them.",
                len(open_facts),
            )
            % {"n": len(open_facts)},
            "Art. 6",
        )


def _roles(roles: tuple[RoleFacts, ...]) -> Iterator[Missing]:
    held = {role.role for role in roles if role.held_until is None}
    if "provider" not in held:
        yield Missing(_("No operator is recorded as provider."), "Art. 3(3)")
    if "deployer" not in held:
        yield Missing(_("No operator is recorded as deployer."), "Art. 3(4)")


def _leaves(leaves: tuple[LeafFacts, ...]) -> Iterator[Missing]:
    for leaf in leaves:
        if leaf.state == judgement.MISSING:
            yield Missing(
                _("“%(title)s”: nobody has written it.") % {"title": leaf.title},
                leaf.citation,
            )
        elif leaf.state == AnnexText.State.DRAFT:
            yield Missing(
                _("“%(title)s”: a draft that no second person has approved.")
                % {"title": leaf.title},
                leaf.citation,
            )


def _datasets(datasets: tuple[DatasetFacts, ...]) -> Iterator[Missing]:
    if not datasets:
        yield Missing(_("No data set is registered."), "Art. 10")
    for each in datasets:
        name = f"{each.dataset} {each.name}"
        yield from _unstated(name, each, OF_A_DATASET, "Art. 10(2) to (4)")


def _models(models: tuple[ModelFacts, ...]) -> Iterator[Missing]:
    if not models:
        yield Missing(_("No model version is registered."), "Annex IV, point 2(b)")
    for each in models:
        name = f"{each.model} {each.name}"
        yield from _unstated(name, each, OF_A_MODEL, "Annex IV, point 2")


def _unstated(
    name: str, row: DatasetFacts | ModelFacts, asked: Mapping[str, object], where: str
) -> Iterator[Missing]:
    left_out = [str(label) for fact, label in asked.items() if not getattr(row, fact)]
    if left_out:
        yield Missing(
            _("“%(name)s”: not established: %(facts)s.")
            % {"name": name, "facts": ", ".join(left_out)},
            where,
        )
