"""Questions that were not asked, each with the answers that ruled it out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from governance.classification.contents.interview import readable
from governance.law.load import law
from governance.law.model import Question
from governance.law.unasked import standing
from governance.law.verdict import Step, Verdict


@dataclass(frozen=True, slots=True)
class Unasked:
    """Questions that the same answers ruled out, or that wait for the same others."""

    because: Sequence[Step]
    waits_for: Sequence[Question]
    questions: Sequence[Question]


def unasked(verdict: Verdict, answers: Mapping[str, Any]) -> list[Unasked]:
    """Every question that was not asked, with why, by the law of the verdict."""
    asked, groups = law().questions, dict[Any, list[Question]]()
    found = standing(readable(answers), verdict.on, verdict.edition).not_asked
    for each in found:
        key = (each.because, each.waits_for)
        groups.setdefault(key, []).append(asked[each.fact])
    return [
        Unasked(because, [asked[fact] for fact in waits], questions)
        for (because, waits), questions in groups.items()
    ]
