"""Which single answer would change a verdict, told finding by finding."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from governance.classification.contents.findings import TONES
from governance.law.classify import classify
from governance.law.load import law
from governance.law.model import Confidence, Kind
from governance.law.verdict import Finding
from governance.law.whatif import Change, Effect, WhatIf, WhatIfs, whatif
from governance.law.words import NAMES, day

EFFECTS = {
    "establishes": gettext_lazy("would be established"),
    "removes": gettext_lazy("would fall away"),
    "opens": gettext_lazy("would be open"),
    "disputes": gettext_lazy("would be open to dispute"),
    "settles": gettext_lazy("would be settled"),
    "moves": gettext_lazy("its dates would be others"),
}


@dataclass(frozen=True, slots=True)
class Then:
    """What becomes of the finding with one other answer, or with each of several."""

    effect: str
    timing: str
    wordings: list[str]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question, the answer as it stands, and the others that change a finding."""

    question: str
    who_knows: str
    open: bool
    now: str
    thens: dict[str, Then] = field(default_factory=dict)

    @property
    def others(self) -> Iterable[Then]:
        return self.thens.values()


@dataclass(frozen=True, slots=True)
class Hinge:
    """One finding, and every question whose answer alone would change it."""

    title: str
    citation: str
    label: str
    tone: str
    questions: dict[str, Asked] = field(default_factory=dict)

    @property
    def asked(self) -> list[Asked]:
        """What nobody has established yet comes first: it is worth finding out."""
        return sorted(self.questions.values(), key=lambda each: not each.open)


@dataclass(frozen=True, slots=True)
class Further:
    """Findings of one kind that another answer would bring."""

    title: str
    hinges: list[Hinge]


@dataclass(frozen=True, slots=True)
class Supposed:
    """What would change the findings that stand, the open ones, and what is new."""

    found: WhatIfs
    standing: Sequence[Hinge]
    open: Sequence[Hinge]
    further: Sequence[Further]


def supposed(answers: Mapping[str, Any], on: date, edition: str | None) -> Supposed:
    """Try each other answer, one at a time. Raises AnswersInvalid, EditionUnknown."""
    found, verdict = whatif(answers, on, edition), classify(answers, on, edition)
    before = {item.id: item for item in verdict.findings}
    hinges: dict[str, Hinge] = {}
    kinds: dict[Kind, list[Hinge]] = {kind: [] for kind in Kind}
    for change in found.changes:
        for effect in change.effects:
            if effect.finding not in hinges:
                hinge = _hinge(effect, before.get(effect.finding))
                hinges[effect.finding] = hinge
                if effect.finding not in before:
                    kinds[effect.kind].append(hinge)
            _add(hinges[effect.finding], change, effect)
    unsure = Confidence.NOT_ESTABLISHED
    return Supposed(
        found=found,
        standing=[hinges[f.id] for f in verdict.established if f.id in hinges],
        open=[
            hinges[f.id]
            for f in verdict.findings
            if f.confidence is unsure and f.id in hinges
        ],
        further=[Further(NAMES[kind], rows) for kind, rows in kinds.items() if rows],
    )


def _hinge(effect: Effect, stands: Finding | None) -> Hinge:
    """A finding as it stands; one that does not is called by its provision."""
    titles = {item.id: item.title for item in law().provisions}
    shown = stands.label if stands else effect.label
    return Hinge(
        title=titles.get(effect.finding.partition(".")[0], effect.citation),
        citation=effect.citation,
        label=shown.partition(" · ")[0],
        tone=TONES.get(str(effect.kind), "neutral"),
    )


def _add(hinge: Hinge, change: WhatIf, effect: Effect) -> None:
    asked = hinge.questions.setdefault(
        change.fact,
        Asked(change.question, change.who_knows, change.open, _words(change.now)),
    )
    said = str(EFFECTS[effect.change])
    timing = effect.timing if effect.change is Change.MOVES else ""
    then = asked.thens.setdefault(said + timing, Then(said, timing, []))
    then.wordings.append(_words(change.wording))


def _words(text: str) -> str:
    try:
        return day(date.fromisoformat(text))
    except ValueError:
        return {"yes": _("Yes"), "no": _("No")}.get(text, text)
