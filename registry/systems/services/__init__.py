"""Acts on AI systems. Each leaves a trail entry in the system's own log."""

from registry.operators.services import EditedMeanwhile, FactsWrong
from registry.systems.services.roles import add_role, end_role
from registry.systems.services.sources import (
    add_source,
    commit_by_field,
    mint_source_key,
    revoke_source_key,
)
from registry.systems.services.systems import edit_system, register_system
from registry.systems.services.versions import add_change, add_version

__all__ = [
    "EditedMeanwhile",
    "FactsWrong",
    "add_change",
    "add_role",
    "add_source",
    "add_version",
    "commit_by_field",
    "edit_system",
    "end_role",
    "mint_source_key",
    "register_system",
    "revoke_source_key",
]
