"""The words of this room: what the data says.

Everything here is a frozen value without behaviour; dates are calendar dates, texts
are our own words and never the text of the law.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from governance.law.logic import Expr

Answers: TypeAlias = Mapping[str, "str | bool | date | Sequence[str] | None"]


class Kind(StrEnum):
    """What a finding says of the system; also the tag that other rooms store."""

    PROHIBITED = "prohibited_practice"
    HIGH_RISK = "high_risk"
    DEROGATED = "high_risk_derogated"
    SECTION_B = "section_b_limited"
    NOT_PERMITTED = "not_permitted_by_other_law"
    TRANSPARENCY = "transparency_obligation"
    GPAI = "gpai_model"
    GPAI_SYSTEMIC = "gpai_systemic_risk"
    OUT_OF_SCOPE = "out_of_scope"
    NOT_AI = "not_ai_system"


SCREENING, FULL = "screening", "full"


class Confidence(StrEnum):
    """How sure a finding is, given the answers."""

    ESTABLISHED = "established"
    NOT_ESTABLISHED = "not_established"
    DISPUTED = "disputed"


@dataclass(frozen=True, slots=True)
class Citation:
    """Where the law says it: in full, and short enough for a label."""

    full: str
    short: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One possible answer of a choice or multi question.

    `also`: the choice that goes with it (whoever builds on a model is a provider).
    """

    id: str
    text: str
    also: str = ""


@dataclass(frozen=True, slots=True)
class Guidance:
    """What makes a fact matter beside the text of the Act.

    `status`: draft. `otherwise`: the answer that stands for the text of the Act alone.
    """

    status: str
    source: str
    otherwise: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question in plain words; its id is the id of the fact it settles.

    kind: yes_no, choice (one), multi (several) or date. `assume` is the value taken
    while nobody has answered, shown as an assumption that a person must confirm; with
    `presume` also when the answer is "I cannot tell", with `assume_if` only where that
    condition holds. `gate`: what hangs on it is asked only after it. `asked` is false
    for facts that may be given but are never asked for. `asked_with`: a condition over
    the choices of another question, which is asked instead and settles this fact;
    an answer to this one goes before it. `stage`: "screening" until a first verdict
    stands, "full" for what only refines it. `guidance`: the Act does not ask for it in
    these words; an interpretation of it does.
    """

    id: str
    kind: str
    text: str
    help: str
    example_inside: str
    example_outside: str
    citation: str
    who_knows: str
    choices: tuple[Choice, ...] = ()
    assume: str | None = None
    gate: bool = False
    asked: bool = True
    asked_with: str = ""
    presume: bool = False
    assume_if: str = ""
    stage: str = SCREENING
    guidance: Guidance | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """When something applies: two readings, equal where the law leaves no doubt.

    `earlier` None: not before the design changes significantly. `later` None with an
    `earlier`: the later reading has no date.
    """

    earlier: date | None
    later: date | None
    note: str = ""
    # The later reading of the date itself. What lies beyond it, Art. 111 may put off.
    reading: date | None = None

    @property
    def other(self) -> date | None:
        """The second day to show: the reading of the law before what Art. 111 gives."""
        return self.reading or self.later


@dataclass(frozen=True, slots=True)
class Consequence:
    """A duty that follows from a finding, as data: `logic` None means always."""

    citation: str
    text: str
    applies: str
    logic: Mapping[str, Expr] | None = None


@dataclass(frozen=True, slots=True)
class Unless:
    """What takes a case out of a provision; `says` goes on after "unless"."""

    id: str
    citation: str
    says: str
    logic: Expr


@dataclass(frozen=True, slots=True)
class Provision:
    """One leaf of the Act, with its condition for each edition in which it stands.

    `logic` is the whole condition; `elements` is the same without the exceptions.
    `guidance`: on what its dispute rests, where that is no law (draft). `in_order`: ask
    about a part of the condition only when those before are settled.
    """

    id: str
    kind: Kind
    citation: Citation
    title: str
    says: str
    within: str
    route: str
    applies: str
    bearers: tuple[str, ...]
    logic: Mapping[str, Expr]
    elements: Mapping[str, Expr]
    disputed_if: Mapping[str, Expr]
    exceptions: tuple[Unless, ...] = ()
    dispute: str = ""
    guidance: str = ""
    lawful_if: str = ""
    derogation: bool = False
    in_order: bool = False
    consequences: tuple[Consequence, ...] = ()

    @property
    def editions(self) -> tuple[str, ...]:
        """The editions in which this provision stands."""
        return tuple(self.logic)


@dataclass(frozen=True, slots=True)
class AnnexLeaf:
    """One leaf of Annex IV: what the technical documentation must say."""

    id: str
    citation: str
    title: str
    write: str
    prompts: tuple[str, ...]
    applicability: str
    articles: tuple[str, ...]
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Edition:
    """One wording of the Act and the first day on which it is the law."""

    id: str
    title: str
    in_force_from: date


@dataclass(frozen=True, slots=True)
class Start:
    """When a part of the Act starts to apply in one edition."""

    day: date
    later: date | None
    citation: str


@dataclass(frozen=True, slots=True)
class Grace:
    """What a transition of Art. 111 gives in one edition."""

    cutoff: date
    until: date | None = None
    public_by: date | None = None


@dataclass(frozen=True, slots=True)
class Transition:
    """A rule for what was on the market before a cut-off day."""

    id: str
    citation: str
    says: str
    routes: tuple[str, ...]
    design_change: bool
    only_if: Expr
    grace: Mapping[str, Grace]


@dataclass(frozen=True, slots=True)
class Source:
    """What a file of data rests on, and when it was last compared with it.

    `status_unknown_after`: where what was read stops; `pending`: what may change it.
    """

    title: str
    checked_on: date
    edition: str = ""
    status_unknown_after: date | None = None
    pending: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Law:
    """All data of this room, read and checked. `source` holds for all of it."""

    source: Source
    editions: tuple[Edition, ...]
    starts: Mapping[str, Mapping[str, Start]]
    transitions: tuple[Transition, ...]
    terms: Mapping[str, Mapping[str, Expr]]
    provisions: tuple[Provision, ...]
    consequences: Mapping[Kind, tuple[Consequence, ...]]
    questions: Mapping[str, Question]
    digest: str
