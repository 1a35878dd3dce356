"""Where each question stands: answered, due, waiting, or ruled out, and by what."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.law.__main__ import main
from governance.law.classify import EditionUnknown
from governance.law.load import law
from governance.law.questions import asks, questions
from governance.law.unasked import standing
from tests.governance.law.random_answers import ASKED, DAYS, EDITIONS, WORLDS
from tests.governance.law.worlds import CHAT, CREDIT, HIRING, PLAIN, TODAY

EVERY = [question.id for question in ASKED]
NEVER_ASKED = {q.id for q in law().questions.values() if not q.asked}
PLAIN_OUTSIDE = {"infers": "yes", "exclusions": ["outside_union"]}
# The facts of one question, answered one by one.
FACTS = {"credit_natural_persons": "yes", "fraud_detection_only": "no"}
ONE_BY_ONE = {key: CREDIT[key] for key in CREDIT if key != "finance_facts"} | FACTS


def why(answers, fact, on=TODAY):
    (found,) = [i for i in standing(answers, on).not_asked if i.fact == fact]
    return found


def ruled_by(answers, fact):
    return {step.fact for step in why(answers, fact).because}


@pytest.mark.parametrize(
    ("answers", "fact", "by"),
    [
        (CREDIT, "work_purposes", {"domains"}),
        (CREDIT, "work_facts", {"domains"}),
        (CREDIT, "identification_facts", {"biometrics"}),
        (CREDIT, "part_played", {"profiling"}),
        (CREDIT, "weight", {"profiling"}),
        (CREDIT, "content_facts", {"generates"}),
        (CREDIT, "effects_on_people", {"manipulates", "exploits_weakness"}),
        (
            ONE_BY_ONE,
            "finance_facts",
            {"finance_purposes", *FACTS},
        ),
        (CREDIT, "commission_exempted", {"provides_model"}),
        (CREDIT, "biometric_use_lawful", {"biometrics"}),
        (CREDIT, "lawful_practice", {"manipulates", "exploits_weakness"}),
        (HIRING, "work_purposes", None),
        (CHAT, "profiling", {"domains", "biometrics"}),
        (PLAIN_OUTSIDE | {"infers": "no"}, "domains", {"infers"}),
        (PLAIN_OUTSIDE, "our_roles", {"eu_link"}),
    ],
)
def test_a_question_that_is_not_asked_names_the_answers_that_ruled_it_out(
    answers, fact, by
):
    if by is None:
        assert fact in standing(answers, TODAY).answered
    else:
        assert ruled_by(answers, fact) == by
        assert not why(answers, fact).waits_for


def test_what_waits_for_a_gate_names_the_gate():
    assert why({}, "work_purposes").waits_for == ("domains",)
    assert set(why({}, "profiling").waits_for) == {"domains", "biometrics"}
    manipulating = PLAIN | {"practices": ["manipulates"]}
    assert why(manipulating, "lawful_practice").waits_for == ("effects_on_people",)
    assert not why({}, "work_purposes").because


def test_the_answer_stands_beside_the_question_that_ruled_out():
    (step,) = why(CREDIT, "part_played").because
    assert (step.fact, step.answer) == ("profiling", "yes")
    assert step.citation.startswith("Art. 6(3)")


def test_what_only_a_duty_needs_is_ruled_out_by_what_settles_the_duty():
    vast = PLAIN | {
        "own_model": "general",
        "model_integrable": "yes",
        "compute_above_1e25": "yes",
        "high_impact_capabilities": "no",
        "commission_designated": "no",
        "commission_exempted": "no",
        "provider_outside_union": "no",
    }
    left = {item.fact: item for item in standing(vast, TODAY).not_asked}
    # Above the threshold an open licence relieves of nothing, so nobody asks for it.
    reasons = {step.fact for step in left["model_open_licence"].because}
    assert "compute_above_1e25" in reasons


def test_dates_say_what_they_wait_for():
    undated = {k: v for k, v in CREDIT.items() if k != "placed_on_market_on"}
    assert why(undated, "for_public_authorities").waits_for == ("placed_on_market_on",)
    assert "placed_on_market_on" in ruled_by(CREDIT, "for_public_authorities")
    assert {"domains"} <= ruled_by(CREDIT, "annex_x_component")


def test_an_edition_lists_its_own_questions_and_no_others():
    both = set()
    for edition in EDITIONS:
        found = standing({}, TODAY, edition)
        both |= {item.fact for item in found.not_asked} | set(found.due)
    assert both | NEVER_ASKED == {question.id for question in ASKED}
    old = standing({}, TODAY, "enacted_2024")
    assert "sexual_material" not in {item.fact for item in old.not_asked}
    with pytest.raises(EditionUnknown):
        standing({}, TODAY, "tomorrow")


@settings(max_examples=40, deadline=None)
@given(
    WORLDS,
    st.sets(st.sampled_from(EVERY)),
    DAYS,
    st.sampled_from(EDITIONS),
)
def test_every_question_stands_somewhere_and_says_why(facts, silent, on, edition):
    answers = {fact: answer for fact, answer in facts.items() if fact not in silent}
    found = standing(answers, on, edition)
    due = {question.id for question in questions(answers, on, edition)}
    assert set(found.due) == due
    assert set(found.answered) <= set(answers)
    left = {item.fact for item in found.not_asked}
    assert not left & (due | set(answers) | NEVER_ASKED)
    for item in found.not_asked:
        assert item.because or item.waits_for, item.fact
        assert all(set(asks(step.fact)) <= set(answers) for step in item.because)
        # Somebody waits for what is asked now, or for what waits itself.
        assert set(item.waits_for) <= due | left


def test_the_command_prints_it_beside_the_questions_that_are_due(capsys, tmp_path):
    file = tmp_path / "answers.json"
    file.write_text(json.dumps(CREDIT))
    assert main(["questions", str(file), "--on", TODAY.isoformat()]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["done"]
    assert set(told["answered"]) == set(CREDIT)
    ruled = {item["fact"]: item["because"][0]["fact"] for item in told["not_asked"]}
    assert ruled["work_purposes"] == "domains"
