"""Systems that the tests of the law room speak about, as answers."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from governance.law.classify import classify
from governance.law.questions import questions
from governance.law.verdict import Finding, Verdict

TODAY = date(2026, 11, 23)
LAST_DAY_OF_2024_TEXT = date(2026, 7, 26)
FIRST_DAY_OF_OMNIBUS = date(2026, 7, 27)

# An AI system in the Union that does nothing the Act speaks of.
PLAIN: dict[str, Any] = {
    "infers": "yes",
    "exclusions": ["none"],
    "our_roles": ["provider", "deployer"],
    "domains": ["none"],
    "biometrics": ["none"],
    "practices": ["none"],
    "product_law": ["none"],
    "generates": ["none"],
    "own_model": "none",
    "placed_on_market_on": "no",
}

CREDIT = PLAIN | {
    "domains": ["finance"],
    "practices": ["rates_people"],
    "score_facts": ["worse_treatment"],
    "finance_purposes": ["credit"],
    "finance_facts": ["credit_of_people"],
    "credit_kind": ["none"],
    "profiling": "yes",
}

HIRING = PLAIN | {
    "our_roles": ["provider"],
    "domains": ["work"],
    "work_purposes": ["applicants"],
    "work_facts": ["recruiter"],
    "profiling": "yes",
}

CHAT = PLAIN | {
    "generates": ["conversation", "text"],
    "obviously_ai": "no",
    "content_facts": ["none"],
}

# A ground of Art. 6(3) is claimed, no profiling, no risk.
EXEMPT = {
    "profiling": "no",
    "narrow_task": "yes",
    "influences_decision": "no",
    "significant_risk": "no",
}


def asked(
    answers: Mapping[str, Any], on: date = TODAY, edition: str | None = None
) -> Verdict:
    """The verdict on a system today."""
    return classify(answers, on, edition)


def established(
    answers: Mapping[str, Any], on: date = TODAY, edition: str | None = None
) -> dict[str, Finding]:
    """The findings that are borne out, by id."""
    return {item.id: item for item in classify(answers, on, edition).established}


def interview(
    knowledge: Mapping[str, Any], on: date = TODAY
) -> tuple[dict[str, Any], list[str]]:
    """Ask until nothing is due, as the wizard does; an unknown fact is not known."""
    answers: dict[str, Any] = {}
    order: list[str] = []
    while due := questions(answers, on):
        for question in due:
            answers[question.id] = knowledge.get(question.id, "not_established")
            order.append(question.id)
    return answers, order
