"""What the registry states of a system: the system, its version, roles, changes."""

from dataclasses import dataclass
from datetime import date, datetime

from registry.systems.models import AISystem, SystemVersion


@dataclass(frozen=True, slots=True)
class SystemFacts:
    """The system as it is registered (Art. 3(1), 3(12), 111)."""

    id: str
    name: str
    organisation: str
    sample: bool
    intended_purpose: str
    affected_persons: str
    member_states: tuple[str, ...]
    lifecycle_state: str
    owner: str
    placed_on_market_on: date | None
    put_into_service_on: date | None
    first_placed_where: str
    type_first_placed_on: date | None
    for_public_authorities: bool | None
    registered_at: datetime


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """The version of the system that the technical documentation speaks of."""

    id: str
    name: str
    changes: str
    created_at: datetime
    model_versions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoleFacts:
    """A role under the Act, who holds it, and why."""

    role: str
    role_name: str
    operator: str
    address: str
    country: str
    contact: str
    held_from: date
    held_until: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class ChangeFacts:
    """A dated change of design or purpose (Art. 3(23))."""

    changed_on: date
    kind: str
    description: str
    substantial: str


def system_facts(system: AISystem) -> SystemFacts:
    """The system as it stands."""
    return SystemFacts(
        id=str(system.pk),
        name=system.name,
        organisation=system.organisation.name,
        sample=system.is_sample,
        intended_purpose=system.intended_purpose,
        affected_persons=system.affected_persons,
        member_states=tuple(sorted(system.member_states)),
        lifecycle_state=str(system.get_lifecycle_state_display()),
        owner=str(system.owner) if system.owner else "",
        placed_on_market_on=system.placed_on_market_on,
        put_into_service_on=system.put_into_service_on,
        first_placed_where=system.first_placed_where,
        type_first_placed_on=system.type_first_placed_on,
        for_public_authorities=system.for_public_authorities,
        registered_at=system.created_at,
    )


def version_facts(version: SystemVersion | None) -> VersionFacts | None:
    """The version, with the names of the model versions that it is made of."""
    if version is None:
        return None
    inside = version.model_versions.order_by("aimodel__name", "name")
    names = inside.values_list("aimodel__name", "name")
    return VersionFacts(
        id=str(version.pk),
        name=version.name,
        changes=version.changes,
        created_at=version.created_at,
        model_versions=tuple(" ".join(both) for both in names),
    )


def roles(system: AISystem) -> tuple[RoleFacts, ...]:
    """Every role that was ever held for the system, oldest first."""
    rows = system.operator_roles.select_related("operator")
    return tuple(
        RoleFacts(
            role=row.role,
            role_name=str(row.get_role_display()),
            operator=row.operator.name,
            address=row.operator.address,
            country=row.operator.country,
            contact=row.operator.contact,
            held_from=row.held_from,
            held_until=row.held_until,
            reason=row.reason,
        )
        for row in rows.order_by("held_from", "pk")
    )


def changes(system: AISystem) -> tuple[ChangeFacts, ...]:
    """The changes of design, purpose or name, oldest first."""
    return tuple(
        ChangeFacts(
            changed_on=row.changed_on,
            kind=str(row.get_kind_display()),
            description=row.description,
            substantial=str(row.get_substantial_modification_display()),
        )
        for row in system.changes.order_by("changed_on", "pk")
    )
