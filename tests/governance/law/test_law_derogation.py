"""Art. 6(3), every combination of its facts, against the law said a second time.

Four grounds, the human review that belongs to the third, significant risk, profiling:
seven facts, each yes, no or not known, so 3^7 = 2187 cases. `outcome` says the law for
known facts, independently of the room; what is not known is tried both ways, and only
what comes out the same in all ways is established.
"""

from itertools import product

import pytest

from governance.law.questions import questions
from tests.governance.law.worlds import HIRING, TODAY, asked, established

FACTS = (
    "narrow_task",
    "improves_finished_work",
    "finds_patterns_afterwards",
    "human_review_remains",
    "preparatory_task",
    "significant_risk",
    "profiling",
)
UNKNOWN = "not_established"
LEAF, EXEMPT = "annex-iii-4-a", "annex-iii-4-a.exempt"
BASE = HIRING | {"influences_decision": "no"}


def outcome(narrow, improves, patterns, review, prepares, risk, profiling):
    ground = narrow or improves or (patterns and review) or prepares
    if profiling or not ground:
        return "high-risk"
    return "high-risk, disputed" if risk else "exempt"


def expected(values):
    """Each finding with its confidence, by trying what is not known both ways."""
    ways = [
        (True, False) if value == UNKNOWN else (value == "yes",) for value in values
    ]
    possible = {outcome(*way) for way in product(*ways)}
    if possible == {"exempt"}:
        return {EXEMPT: "established"}
    if possible == {"high-risk, disputed"}:
        return {LEAF: "disputed"}
    if "exempt" not in possible:
        return {LEAF: "established"}
    return {LEAF: UNKNOWN, EXEMPT: UNKNOWN}


def test_every_combination_comes_out_as_the_law_says():
    cases = list(product(("yes", "no", UNKNOWN), repeat=len(FACTS)))
    assert len(cases) == 2187
    wrong = []
    for values in cases:
        findings = asked(BASE | dict(zip(FACTS, values, strict=True))).findings
        told = {item.id: str(item.confidence) for item in findings}
        if told != expected(values):
            wrong.append((values, told))
    assert wrong == []


@pytest.mark.parametrize("values", list(product(("yes", "no", UNKNOWN), repeat=2)))
def test_profiling_never_leaves_the_exemption_open(values):
    claimed = dict(zip(("narrow_task", "preparatory_task"), values, strict=True))
    facts = BASE | claimed | {"profiling": "yes"}
    assert set(established(facts)) == {LEAF}
    for fact in claimed:
        del facts[fact]
    assert not set(FACTS) & {question.id for question in questions(facts, TODAY)}


def test_a_risk_that_nobody_has_spoken_of_is_an_assumption_that_is_shown():
    facts = BASE | {"profiling": "no", "narrow_task": "yes"}
    (finding,) = asked(facts).findings
    assert finding.id == EXEMPT
    assert {step.fact for step in finding.steps if step.assumed} == {"significant_risk"}
