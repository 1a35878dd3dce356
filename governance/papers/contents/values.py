"""What a versioned document says: its elements, what was written, the facts behind it.

A `Kind` is one Article's document. Its basis is what the law and the register say
today; freezing joins it with what people wrote: that a second person approves.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from governance.classification.models import Classification
from governance.law.elements import Element
from governance.papers.models import Paper
from governance.papers.selectors import Versions
from registry.operators.models import Operator
from registry.systems.models import AISystem

MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that a person should know or do, with its tone."""

    tone: str
    text: str


@dataclass(frozen=True, slots=True)
class Fact:
    """What the register knows, for people to take over.

    `watched`: the approved document is out of date when it changes. `page`: the address
    name of the page of the system where it is stated.
    """

    id: str
    label: str
    text: str
    page: str = ""
    watched: bool = True


@dataclass(frozen=True, slots=True)
class Basis:
    """What the law asks of the operator today, and the facts that the register has."""

    elements: tuple[Element, ...]
    facts: tuple[Fact, ...]
    law: Mapping[str, str]

    def facts_for(self, element: Element) -> list[Fact]:
        """The facts that an element rests on, those with something to say."""
        return [f for f in self.facts if f.id in element.knows and f.text]


@dataclass(frozen=True, slots=True)
class Kind:
    """One Article's document: its rows, its addresses, its permissions, its law.

    `role` is whose document it is; `tag` is the kind of finding without which nobody
    owes it; `ask` asks the law room (what it returns has `on`,
    `edition`, `rules`, `state`, `answer`, `elements` and `steps`); `facts` are
    the register's, `answered` those that the law's answer gives; `since` tells of each
    operator the day before which it was to be made, where the register knows it.
    """

    model: type[Any]
    room: str
    noun: str
    title: Promise
    citation: str
    view: str
    change: str
    approve: str
    role: str
    tag: str
    ask: Callable[..., Any]
    facts: Callable[[AISystem, Classification | None, date], tuple[Fact, ...]]
    answered: Callable[[Any], tuple[Fact, ...]]
    since: Callable[[AISystem, date], Callable[[Operator], date | None]]
    notices: Callable[[Any, Versions, date | None], Iterator[Notice]]
    prefetch: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """An element with what was written for it, and the facts that are proposed."""

    element: Element
    written: Mapping[str, Any]
    facts: list[Fact]

    @property
    def state(self) -> str:
        """missing, stopped, written or left_open (optional and empty)."""
        if self.stops:
            return "stopped"
        if self.complete:
            return "written"
        return "left_open" if self.element.optional else MISSING

    @property
    def complete(self) -> bool:
        """Whether it says what it must: a choice where there is one, and a text."""
        chosen = not self.element.choices or bool(self.written.get("choice"))
        alone = self.element.optional and self.written.get("choice") == "none"
        return chosen and (alone or bool(self.written.get("text")))

    @property
    def choice(self) -> str:
        """The words of what was chosen, or ""."""
        chosen = self.written.get("choice")
        return next((o.text for o in self.element.choices if o.id == chosen), "")

    @property
    def stops(self) -> str:
        """Why the document cannot go on with what was chosen, or ""."""
        chosen = self.written.get("choice")
        return next((o.stops for o in self.element.choices if o.id == chosen), "")

    @property
    def proposal(self) -> str:
        """A first text out of the facts, to be changed by a person."""
        return "\n\n".join(f"{fact.label}: {fact.text}" for fact in self.facts)


@dataclass(frozen=True, slots=True)
class Change:
    """A fact behind an approved version that is another one now."""

    label: str
    before: str
    now: str
    elements: list[str]


def parts_of(paper: Paper, basis: Basis) -> list[Part]:
    """The elements that are asked today, in order, each with what was written."""
    return [
        Part(element, paper.parts.get(element.id, {}), basis.facts_for(element))
        for element in basis.elements
    ]


def faults(parts: list[Part]) -> Iterator[str]:
    """Why a document cannot be proposed yet."""
    for part in parts:
        if part.stops:
            yield f"{part.element.title}: {part.stops}"
        elif part.written.get("choice") and not part.complete:
            yield _("%(title)s: give the reasons for what was chosen.") % {
                "title": part.element.title
            }
        elif part.state == MISSING:
            yield _("%(title)s: nothing is written yet.") % {
                "title": part.element.title
            }


def freeze(kind: Kind, paper: Paper, basis: Basis) -> dict[str, Any]:
    """Everything that is read and approved, as plain JSON values."""
    system, operator = paper.system, paper.operator
    return {
        "kind": kind.noun,
        "citation": kind.citation,
        "number": paper.number,
        "system": {
            "id": str(system.pk),
            "name": system.name,
            "sample": system.is_sample,
        },
        "operator": {"id": str(operator.pk), "name": operator.name},
        "organisation": system.organisation.name,
        "law": dict(basis.law),
        "elements": [_element(part) for part in parts_of(paper, basis)],
        "facts": [asdict(fact) for fact in basis.facts],
    }


def changes(paper: Paper, basis: Basis) -> list[Change]:
    """What the register says otherwise today than when the version was proposed."""
    if not paper.frozen:
        return []
    before = {fact["id"]: fact["text"] for fact in paper.frozen["facts"]}
    return [
        Change(
            fact.label,
            before.get(fact.id, ""),
            fact.text,
            [each.title for each in basis.elements if fact.id in each.knows],
        )
        for fact in basis.facts
        if fact.watched and before.get(fact.id, "") != fact.text
    ]


def exported(kind: Kind, paper: Paper, basis: Basis) -> dict[str, Any]:
    """A version as it is handed out: what was frozen, its digest and the decision.

    A version that nobody has proposed yet is shown as it stands, without a digest.
    """
    return {
        "document": paper.frozen or freeze(kind, paper, basis),
        "sha256": paper.digest,
        "state": paper.state,
        "proposed_by": str(paper.proposed_by) if paper.proposed_by else None,
        "proposed_at": paper.proposed_at,
        "decided_by": str(paper.decided_by) if paper.decided_by else None,
        "decided_at": paper.decided_at,
    }


def _element(part: Part) -> dict[str, Any]:
    element, written = part.element, part.written
    return {
        "id": element.id,
        "citation": element.citation,
        "title": element.title,
        "asks": element.asks,
        "choice": written.get("choice", ""),
        "chosen": part.choice,
        "text": written.get("text", ""),
        "evidence": written.get("evidence", []),
        "author": written.get("author", ""),
        "written_at": written.get("written_at", ""),
    }
