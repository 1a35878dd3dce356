"""What the register knows for a record of Art. 6(4)."""

from collections.abc import Callable
from datetime import date

from django.utils.translation import gettext as _

from governance.classification.models import Classification
from governance.law.derogation import Derogation
from governance.law.derogation import Fact as Answered
from governance.papers.contents.values import Fact
from governance.papers.selectors import decided
from registry.operators.models import Operator
from registry.systems.models import AISystem

OVERVIEW, CLASSIFICATION = "systems:overview", "classification:overview"


def facts_of(
    system: AISystem, classified: Classification | None, today: date
) -> tuple[Fact, ...]:
    """What the system is, whom it affects, and which classification counts."""
    return (
        Fact("purpose", _("Intended purpose"), system.intended_purpose, OVERVIEW),
        Fact("affected", _("Affected persons"), system.affected_persons, OVERVIEW),
        Fact(
            "classification",
            _("Approved classification"),
            decided(classified),
            CLASSIFICATION,
        ),
    )


def answered(law: Derogation | None) -> tuple[Fact, ...]:
    """What is claimed, and each answer that the claim rests on."""
    claims = "; ".join(law.findings) if law else ""
    return (
        Fact("claim", _("What is claimed"), claims, CLASSIFICATION, watched=False),
        Fact("claimed", _("The exemption"), _claim(law), CLASSIFICATION),
        *(
            Fact(each.fact, each.question, _answer(each), CLASSIFICATION)
            for each in (law.facts if law else ())
        ),
    )


def released_on(system: AISystem, today: date) -> Callable[[Operator], date | None]:
    """The day on which it was placed on the market or put into service, if it was."""
    days = (system.placed_on_market_on, system.put_into_service_on)
    first = min((day for day in days if day and day <= today), default=None)
    return lambda operator: first


def _answer(given: Answered) -> str:
    words = {
        "yes": _("yes"),
        "no": _("no"),
        "not_established": _("not established"),
    }
    answer = words[given.answer]
    if not given.assumed:
        return answer
    return _("%(answer)s (assumed, nobody has answered)") % {"answer": answer}


def _claim(law: Derogation | None) -> str:
    words = {
        "claimed": _("claimed"),
        "disputed": _("disputed, treated as high-risk"),
        "not_established": _("not established"),
        "no_claim": _("not claimed"),
    }
    return words[law.claim] if law else ""
