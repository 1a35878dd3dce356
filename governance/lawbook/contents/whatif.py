"""Which single answer would change a verdict, as a page tells it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from governance.classification.contents.words import TONES
from governance.law.whatif import Effect, WhatIf, WhatIfs, whatif

EFFECTS = {
    "establishes": gettext_lazy("would be established"),
    "removes": gettext_lazy("would fall away"),
    "opens": gettext_lazy("would be open"),
    "disputes": gettext_lazy("would be open to dispute"),
    "settles": gettext_lazy("would be settled"),
    "moves": gettext_lazy("would apply from another day"),
}


@dataclass(frozen=True, slots=True)
class Followed:
    """What would become of one finding."""

    effect: Effect
    words: str
    tone: str


@dataclass(frozen=True, slots=True)
class Other:
    """One other answer, and what would follow from it."""

    wording: str
    headline: str
    follows: Sequence[Followed]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question, the answer as it stands, and every other that changes something."""

    question: str
    who_knows: str
    now: str
    others: Sequence[Other]


@dataclass(frozen=True, slots=True)
class Supposed:
    """The questions that would change the verdict: the open ones, then the answered."""

    found: WhatIfs
    open: Sequence[Asked]
    answered: Sequence[Asked]


def supposed(answers: Mapping[str, Any], on: date, edition: str | None) -> Supposed:
    """Try each other answer, one at a time. Raises AnswersInvalid, EditionUnknown."""
    found = whatif(answers, on, edition)
    groups: dict[str, list[WhatIf]] = {}
    for change in found.changes:
        groups.setdefault(change.fact, []).append(change)
    asked = [(group[0].open, _asked(group)) for group in groups.values()]
    return Supposed(
        found=found,
        open=[each for is_open, each in asked if is_open],
        answered=[each for is_open, each in asked if not is_open],
    )


def _asked(group: Sequence[WhatIf]) -> Asked:
    first = group[0]
    return Asked(
        question=first.question,
        who_knows=first.who_knows,
        now=_words(first.now),
        others=[
            Other(
                wording=_words(each.wording),
                headline=each.headline,
                follows=[_followed(effect) for effect in each.effects],
            )
            for each in group
        ],
    )


def _words(text: str) -> str:
    return {"yes": _("Yes"), "no": _("No")}.get(text, text)


def _followed(effect: Effect) -> Followed:
    tone = TONES.get(str(effect.kind), "neutral")
    return Followed(effect, str(EFFECTS[effect.change]), tone)
