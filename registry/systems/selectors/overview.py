"""One system at a glance: its facts, and what of them is not established."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from audits.events.models import EventSource
from audits.trail.models import TrailEntry
from audits.trail.selectors import trail_of
from registry.operators.models import OperatorRoleName
from registry.people.access import may
from registry.people.models import User
from registry.systems.models import (
    AISystem,
    MemberState,
    OperatorRole,
    SystemChange,
)
from registry.systems.selectors.header import page_address

LATEST_ACTS = 6


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact that is not established, why it matters, and where to state it."""

    what: str
    why: str
    citation: str
    url: str


@dataclass(frozen=True, slots=True)
class Act:
    """One line of the trail in words."""

    words: str
    row: TrailEntry


@dataclass(frozen=True, slots=True)
class Overview:
    """What the overview shows besides the header and the system's own columns."""

    member_states: list[str]
    roles: list[OperatorRole]
    past_roles: list[OperatorRole]
    changes: list[SystemChange]
    missing: list[Missing]
    acts: list[Act]
    sources: int
    trail_url: str
    classification_url: str


def overview_facts(
    system: AISystem, user: User | AnonymousUser, *, at: datetime
) -> Overview:
    """Everything that the overview shows; six reads, however much there is."""
    every = list(system.operator_roles.select_related("operator"))
    past = [r for r in every if r.held_until and r.held_until < at.date()]
    held = [r for r in every if r not in past]
    now = [r for r in held if r.held_from <= at.date()]
    sources = EventSource.objects.filter(log=system.log, active=True).count()
    gaps = missing_facts(system, now)
    if not system.versions.exists():
        gaps.append(_no_version(system))
    if not sources:
        gaps.append(_no_source(system))
    reads_trail = may(user, "registry.view_trail", system.organisation)
    return Overview(
        member_states=[str(MemberState(code).label) for code in system.member_states],
        roles=held,
        past_roles=past,
        changes=list(system.changes.all()[:20]),
        missing=gaps,
        acts=[Act(words_of(r.verb), r) for r in trail_of(system.log, limit=LATEST_ACTS)]
        if reads_trail
        else [],
        sources=sources,
        trail_url=page_address("predictions:trail", system) if reads_trail else "",
        classification_url=page_address("classification:overview", system),
    )


def _no_version(system: AISystem) -> Missing:
    return Missing(
        _("A version of the system"),
        _("Technical documentation and dossiers speak of one version."),
        "Annex IV 1(c)",
        page_address("systems:versions", system),
    )


def _no_source(system: AISystem) -> Missing:
    return Missing(
        _("A service that posts events"),
        _("Without one, nothing that the system does is recorded."),
        "Art. 12(1)",
        page_address("systems:sources", system),
    )


def words_of(verb: str) -> str:
    """A verb of the trail as words: "system.registered" is "System registered"."""
    words = verb.replace(".", " ").replace("_", " ")
    return words[:1].upper() + words[1:]


def missing_facts(system: AISystem, roles: Sequence[OperatorRole]) -> list[Missing]:
    """What is not established of the system and hangs on nothing else."""
    edit, add_role = (
        page_address(name, system) for name in ("systems:edit", "systems:add_role")
    )
    held = {role.role for role in roles}
    in_use = system.lifecycle_state == "on_market"
    placed = system.placed_on_market_on or system.put_into_service_on
    rules = (
        (
            OperatorRoleName.PROVIDER not in held,
            Missing(
                _("Nobody is stated as provider"),
                _("Most duties begin with the provider."),
                "Art. 16",
                add_role,
            ),
        ),
        (
            in_use and OperatorRoleName.DEPLOYER not in held,
            Missing(
                _("Nobody is stated as deployer"),
                _("It is in use, so somebody uses it under their authority."),
                "Art. 26",
                add_role,
            ),
        ),
        (
            not system.affected_persons,
            Missing(
                _("Who is affected"),
                _("Technical documentation and oversight start from these persons."),
                "Annex IV 3",
                edit,
            ),
        ),
        (
            not system.member_states,
            Missing(
                _("Member States"),
                _("They decide which authorities are competent."),
                "Annex VIII A 10",
                edit,
            ),
        ),
        (
            system.owner_id is None,
            Missing(
                _("Who answers for it here"),
                _("Questions about the system need a person."),
                "Art. 17(1)(m)",
                edit,
            ),
        ),
        (
            in_use and placed is None,
            Missing(
                _("When it was first placed on the market or put into service"),
                _("Which rules apply to it, and from when, hangs on this date."),
                "Art. 111",
                edit,
            ),
        ),
        (
            system.for_public_authorities is None,
            Missing(
                _("Whether public authorities are meant to use it"),
                _("Systems already on the market have another time limit then."),
                "Art. 111(2)",
                edit,
            ),
        ),
    )
    return [missing for lacks, missing in rules if lacks]
