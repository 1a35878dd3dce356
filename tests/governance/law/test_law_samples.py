"""The three systems that everybody asks about first, and the days they turn on."""

from datetime import date

import pytest

from governance.law.load import law
from governance.law.model import SCREENING
from governance.law.questions import answered, questions
from tests.governance.law.worlds import (
    CHAT,
    CREDIT,
    FIRST_DAY_OF_OMNIBUS,
    HIRING,
    LAST_DAY_OF_2024_TEXT,
    PLAIN,
    TODAY,
    asked,
    established,
    interview,
)

SAMPLES = [CREDIT, HIRING, CHAT]


def test_credit_scoring_of_people_is_high_risk_from_december_2027():
    verdict = asked(CREDIT)
    (finding,) = verdict.findings
    assert finding.label == "High-risk from 2 Dec 2027 · Annex III 5(b)"
    assert finding.citation == "Annex III, point 5(b)"
    assert finding.applies_from == date(2027, 12, 2)
    assert not finding.applies_now
    assert verdict.tags == {"high_risk"}
    assert not verdict.hypothetical


def test_the_reasons_of_credit_scoring_name_question_answer_and_article():
    steps = {step.fact: step for step in asked(CREDIT).findings[0].steps}
    # Asked with others, and told as a fact of its own.
    assert steps["credit_natural_persons"].answer == "yes"
    assert steps["finance_purposes"].citation == "Annex III, point 5(b) and (c)"
    assert "creditworthiness" in steps["finance_purposes"].answer
    assert steps["profiling"].citation.startswith("Art. 6(3)")


def test_ranking_applicants_is_high_risk():
    assert established(HIRING)["annex-iii-4-a"].label == (
        "High-risk from 2 Dec 2027 · Annex III 4(a)"
    )


def test_a_chat_assistant_has_two_transparency_duties_and_they_bear_on_its_maker():
    found = established(CHAT)
    assert [item.label for item in found.values()] == [
        "Transparency duty since 2 Aug 2026 · Art. 50(1)",
        "Transparency duty since 2 Aug 2026 · Art. 50(2)",
    ]
    assert {item.bearers for item in found.values()} == {("provider",)}
    assert {item.concerns_us for item in found.values()} == {"yes"}


def test_a_duty_that_falls_on_somebody_else_says_so():
    found = established(CHAT | {"our_roles": ["deployer"]})
    assert {item.concerns_us for item in found.values()} == {"no"}


def test_transparency_carries_how_and_when_people_are_told():
    duties = established(CHAT)["art-50-1"].duties
    assert [duty.citation for duty in duties] == ["Art. 50(5)"]


def test_a_chat_assistant_that_ranks_applicants_gets_every_regime():
    both = HIRING | CHAT | {key: HIRING[key] for key in ("domains", "our_roles")}
    assert set(established(both)) == {"annex-iii-4-a", "art-50-1", "art-50-2"}


def test_a_system_that_does_nothing_of_the_kind_has_no_specific_duty():
    verdict = asked(PLAIN | {"open_source": "no"})
    assert verdict.findings == ()
    assert verdict.headline == "No specific duty found on these answers."


def test_an_open_question_never_reads_as_no_duty():
    verdict = asked(PLAIN | {"domains": "not_established", "open_source": "no"})
    assert verdict.established == ()
    assert "domains" in {item.fact for item in verdict.open_facts}
    assert verdict.headline.startswith("Not settled: ")
    assert "not established" in verdict.headline


def test_until_26_july_2026_the_2024_text_is_the_law():
    verdict = asked(CREDIT, LAST_DAY_OF_2024_TEXT)
    assert verdict.edition == "enacted_2024"
    assert verdict.findings[0].label == "High-risk from 2 Aug 2026 · Annex III 5(b)"


def test_from_27_july_2026_the_amended_text_is_the_law():
    verdict = asked(CREDIT, FIRST_DAY_OF_OMNIBUS)
    assert verdict.edition == "omnibus_2026"
    assert verdict.findings[0].applies_from == date(2027, 12, 2)


@pytest.mark.parametrize(
    ("on", "edition", "hypothetical"),
    [
        (LAST_DAY_OF_2024_TEXT, "enacted_2024", False),
        (LAST_DAY_OF_2024_TEXT, "omnibus_2026", True),
        (TODAY, "enacted_2024", True),
        (TODAY, "omnibus_2026", False),
    ],
)
def test_an_edition_that_is_not_the_law_of_the_day_is_hypothetical(
    on, edition, hypothetical
):
    assert asked(CREDIT, on, edition).hypothetical is hypothetical


def test_before_the_act_existed_its_first_text_is_used_and_bites_later():
    verdict = asked(CREDIT, date(2023, 1, 1))
    assert verdict.edition == "enacted_2024"
    assert not verdict.findings[0].applies_now


def test_the_day_never_hides_a_finding():
    ids = {tuple(established(CREDIT, date(year, 1, 1))) for year in range(2024, 2032)}
    assert ids == {("annex-iii-5-b",)}


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_typical_screening_takes_between_ten_and_fifteen_questions(sample):
    answers, order = interview(sample)
    screening = [fact for fact in order if law().questions[fact].stage == SCREENING]
    assert 10 <= len(screening) <= 15
    assert order[: len(screening)] == screening
    assert len(order) == len(set(order))
    assert established(answers).keys() == established(sample).keys()


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_samples_answer_what_is_asked_and_nothing_else(sample):
    _, order = interview(sample)
    assert set(order) == set(sample)
    assert questions(sample, TODAY) == []
    assert {question.id for question in answered(sample)} == set(sample)


def test_the_interview_opens_with_scope_and_one_question_on_purpose():
    first = [question.id for question in questions({}, TODAY)]
    assert first[:3] == ["infers", "exclusions", "domains"]
    assert len(first) < 11


def test_what_hangs_on_a_purpose_is_not_asked_when_it_was_not_chosen():
    _, order = interview(CREDIT)
    assert "finance_purposes" in order
    assert not {"work_purposes", "education_purposes", "le_purposes"} & set(order)
    assert "part_played" not in order


def test_not_knowing_the_purpose_opens_every_area():
    due = {q.id for q in questions(PLAIN | {"domains": "not_established"}, TODAY)}
    assert {"work_purposes", "education_purposes", "finance_purposes"} <= due
