"""What the register knows for a record of Art. 6(4)."""

from datetime import date

from django.utils.translation import gettext as _

from governance.classification.models import Classification
from governance.law.derogation import Derogation
from governance.papers.contents.values import Fact
from governance.papers.selectors import decided
from registry.operators.models import Operator
from registry.systems.models import AISystem

OVERVIEW, CLASSIFICATION = "systems:overview", "classification:overview"


def facts_of(
    system: AISystem,
    classified: Classification | None,
    law: Derogation | None,
    today: date,
) -> tuple[Fact, ...]:
    """The purpose, what is claimed, and each answer that the claim rests on."""
    words = {
        "yes": _("yes"),
        "no": _("no"),
        "not_established": _("not established"),
    }
    answers = law.facts if law else ()
    claims = "; ".join(law.findings) if law else ""
    return (
        Fact("purpose", _("Intended purpose"), system.intended_purpose, OVERVIEW),
        Fact("affected", _("Affected persons"), system.affected_persons, OVERVIEW),
        Fact("claim", _("What is claimed"), claims, CLASSIFICATION, watched=False),
        Fact("claimed", _("The exemption"), _claim(law), CLASSIFICATION),
        Fact("classification", _("Approved classification"), decided(classified),
             CLASSIFICATION),
        *(
            Fact(
                each.fact,
                each.question,
                _("%(answer)s (assumed, nobody has answered)")
                % {"answer": words[each.answer]}
                if each.assumed
                else words[each.answer],
                CLASSIFICATION,
            )
            for each in answers
        ),
    )  # fmt: skip


def released_on(system: AISystem, operator: Operator, today: date) -> date | None:
    """The day on which it was placed on the market or put into service, if it was."""
    days = (system.placed_on_market_on, system.put_into_service_on)
    past = [day for day in days if day and day <= today]
    return min(past, default=None)


def _claim(law: Derogation | None) -> str:
    words = {
        "claimed": _("claimed"),
        "disputed": _("disputed, treated as high-risk"),
        "not_established": _("not established"),
        "no_claim": _("not claimed"),
    }
    return words[law.claim] if law else ""
