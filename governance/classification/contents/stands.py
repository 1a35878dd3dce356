"""What a classification, or a draft, says: with the duties that follow for us."""

from collections.abc import Mapping
from typing import Any

from governance.circumstances.selectors import acting_on
from governance.classification.contents.differences import (
    Differences,
    Owed,
    Stand,
    differences,
)
from governance.classification.contents.interview import readable
from governance.classification.models import Classification
from governance.classification.selectors import before
from governance.law.duties import duties
from governance.law.verdict import Verdict
from registry.systems.models import AISystem


def stand(system: AISystem, answers: Mapping[str, Any], verdict: Verdict) -> Stand:
    """Answers, their verdict, and the duties that follow for our own operators."""
    facts, owed = readable(answers), list[Owed]()
    for each in acting_on(system, verdict.on):
        found = duties(facts, each.roles, verdict.on, verdict.edition, each.flags)
        binding = (row for row in found.duties if row.nature == "duty")
        owed += [Owed(str(each.operator), duty) for duty in binding]
    return Stand(answers, verdict, owed)


def stand_of(row: Classification) -> Stand:
    """The same of a classification, as it was frozen."""
    return stand(row.system, row.answers, Verdict.from_json(row.verdict))


def since(row: Classification) -> Differences | None:
    """What it says otherwise than the approved one before it; None for a first."""
    earlier = before(row)
    return None if earlier is None else differences(stand_of(earlier), stand_of(row))
