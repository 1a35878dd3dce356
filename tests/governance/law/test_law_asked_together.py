"""Facts that are asked in one question, presumptions, and the two stages."""

import pytest

from governance.law.classify import classify
from governance.law.model import SCREENING
from governance.law.questions import questions
from tests.governance.law.worlds import CREDIT, HIRING, PLAIN, TODAY, established

ONE_BY_ONE = {key: CREDIT[key] for key in CREDIT if key != "finance_facts"}
FACES = PLAIN | {
    "biometrics": ["identification"],
    "identification_facts": ["without_participation", "reference_database"],
    "profiling": "yes",
}
DEVICE = PLAIN | {
    "product_law": ["medical_devices"],
    "safety_facts": ["product_itself"],
}


def found(answers):
    return {item.id: item.confidence for item in classify(answers, TODAY).findings}


def test_what_is_chosen_and_what_is_not_settles_each_fact():
    facts = {"credit_natural_persons": "yes", "fraud_detection_only": "no"}
    assert found(ONE_BY_ONE | facts) == found(CREDIT)
    steps = {s.fact: s.answer for s in established(CREDIT)["annex-iii-5-b"].steps}
    assert (steps["credit_natural_persons"], steps["fraud_detection_only"]) == (
        "yes",
        "no",
    )


def test_i_cannot_tell_there_leaves_the_facts_open_that_were_not_chosen():
    unsure = CREDIT | {"finance_facts": ["credit_of_people", "not_established"]}
    (finding,) = [f for f in classify(unsure, TODAY).findings if f.kind == "high_risk"]
    assert [item.fact for item in finding.missing] == ["fraud_detection_only"]


def test_an_answer_to_the_fact_itself_goes_before_the_question():
    later = CREDIT | {"credit_natural_persons": "no"}
    assert "annex-iii-5-b" not in found(later)


def test_the_question_is_asked_once_and_its_facts_never():
    due = [q.id for q in questions(ONE_BY_ONE, TODAY)]
    assert due == ["finance_facts"]
    without = {key: ONE_BY_ONE[key] for key in ONE_BY_ONE if key != "profiling"}
    assert [q.id for q in questions(without, TODAY)] == ["finance_facts"]


def test_not_outside_the_union_is_a_link_with_it():
    outside = CREDIT | {"exclusions": ["outside_union"]}
    assert found(outside) == {"art-2-1": "established"}
    assert "art-2-12" in found(PLAIN | {"exclusions": ["open_source"]})


@pytest.mark.parametrize("answer", [{}, {"biometric_use_lawful": "not_established"}])
def test_a_presumption_stands_until_somebody_knows_better(answer):
    finding = established(FACES | answer)["annex-iii-1-a"]
    (step,) = [s for s in finding.steps if s.fact == "biometric_use_lawful"]
    assert step.assumed
    assert step.answer == "yes"


def test_a_presumption_ends_with_a_no():
    assert "annex-iii-1-a" not in established(FACES | {"biometric_use_lawful": "no"})


def test_an_assessment_by_others_is_presumed_only_where_the_kind_of_product_says_so():
    assert "annex-i-a-11" in established(DEVICE)
    toy = DEVICE | {
        "product_law": ["toys"],
        "third_party_assessment": "not_established",
    }
    assert found(toy)["annex-i-a-2"] == "not_established"
    assert "annex-i-a-11" not in found(DEVICE | {"third_party_assessment": "no"})


def test_what_only_refines_a_verdict_is_asked_when_the_screening_is_done():
    new = {key: HIRING[key] for key in HIRING if key != "placed_on_market_on"}
    first = questions({key: new[key] for key in new if key != "work_facts"}, TODAY)
    assert {q.stage for q in first} == {SCREENING}
    assert [q.id for q in questions(new, TODAY)] == ["placed_on_market_on"]
