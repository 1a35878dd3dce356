"""An honest list of what a dossier does not have."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from governance.documentation.models import AnnexText
from governance.dossiers.contents.values import Missing
from governance.dossiers.selectors import facts, judgement, registry
from governance.dossiers.selectors.facts import RoleFacts
from governance.dossiers.selectors.judgement import LeafFacts, VerdictFacts
from governance.dossiers.selectors.log import LogFacts
from governance.dossiers.selectors.oversight import Oversight
from registry.systems.models import AISystem, SystemVersion


@dataclass(frozen=True, slots=True)
class Known:
    """What is known before the log is read."""

    version: SystemVersion | None
    verdict: VerdictFacts | None
    roles: tuple[RoleFacts, ...]
    leaves: tuple[LeafFacts, ...]
    datasets: bool
    models: bool
    deployments: bool


def preview(system: AISystem, version: SystemVersion | None) -> tuple[Missing, ...]:
    """What a dossier of that version would lack if it were generated now."""
    known = Known(
        version=version,
        verdict=judgement.verdict(system),
        roles=facts.roles(system),
        leaves=judgement.leaves(version),
        datasets=registry.has_datasets(system),
        models=registry.has_models(system),
        deployments=registry.has_deployments(system),
    )
    return tuple(missing_facts(known))


def missing_facts(known: Known) -> Iterator[Missing]:
    """What people have not stated."""
    if known.version is None:
        yield Missing(_("No version of the system was chosen."), "Annex IV, point 1(a)")
    yield from _verdict(known.verdict)
    yield from _roles(known.roles)
    yield from _leaves(known.leaves)
    if not known.datasets:
        yield Missing(_("No data set is registered."), "Art. 10")
    if not known.models:
        yield Missing(_("No model version is registered."), "Annex IV, point 2(b)")
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
    if log.predictions and not oversight.by_people:
        yield Missing(_("No review was made by a natural person."), "Art. 14")


def _verdict(verdict: VerdictFacts | None) -> Iterator[Missing]:
    if verdict is None:
        yield Missing(_("Nobody has classified the system under the Act."), "Art. 6")
    elif not verdict.approved:
        yield Missing(
            _("The classification waits for a second person's approval."), "Art. 6"
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
