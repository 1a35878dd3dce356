"""What the catalogue of duties holds: frozen values without behaviour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from governance.law.logic import Expr
from governance.law.model import Law, Question
from governance.law.rules import NEVER

NO_TIER = ""


@dataclass(frozen=True, slots=True)
class Element:
    """An addressable part of a duty, such as one aspect of Art. 17(1)."""

    id: str
    citation: str
    says: str
    editions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Crosswalk:
    """Where other frameworks ask for the like, each `{strength, where}`."""

    id: str
    citation: str
    title: str
    iso_42001: Mapping[str, Any]
    nist_ai_rmf: Mapping[str, Any]
    gdpr: Mapping[str, Any]
    caveat: str = ""


@dataclass(frozen=True, slots=True)
class Tier:
    """What a breach can cost; `eur` None: national rules, no amount of the Union."""

    id: str
    citation: str
    title: str
    applies: str
    eur: int | None = None
    percent: int | None = None
    sme: str = ""
    small_mid_cap: str = ""
    editions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Role:
    """One whom an Article can name; also who else holds it if, or nobody unless."""

    id: str
    citation: str
    title: str
    also_if: Expr = NEVER
    unless: Expr = NEVER


@dataclass(frozen=True, slots=True)
class DutyRow:
    """One duty, right, permission or relief, per edition in which it stands."""

    id: str
    citation: str
    bearers: tuple[str, ...]
    title: str
    term: str
    says: Mapping[str, str]
    logic: Mapping[str, Expr]
    disputed_if: Mapping[str, Expr]
    elements: Mapping[str, tuple[Element, ...]]
    applies: str
    due: str
    rhythm: str
    sources: tuple[str, ...]
    one_source: bool
    nature: str = "duty"
    dispute: str = ""
    deadlines: tuple[str, ...] = ()
    retention: str = ""
    evidence: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    penalty: str = NO_TIER
    penalty_as: Mapping[str, str] = field(default_factory=dict)
    crosswalk: tuple[Crosswalk, ...] = ()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything that `duties/` says, read and checked."""

    rows: tuple[DutyRow, ...]
    roles: Mapping[str, Role]
    flags: Mapping[str, Question]
    tiers: Mapping[str, Tier]
    crosswalk: Mapping[str, Crosswalk]
    by_route: Mapping[str, Mapping[str, str]]
    dated: Law
    atoms: frozenset[str]
    digest: str
