"""Art. 5: each practice, and what keeps a system just outside it."""

from datetime import date

import pytest

from governance.law.load import law
from governance.law.questions import questions
from tests.governance.law.worlds import (
    FIRST_DAY_OF_OMNIBUS,
    LAST_DAY_OF_2024_TEXT,
    PLAIN,
    TODAY,
    asked,
    established,
)

HARM = {"distorts_behaviour": "yes", "significant_harm": "yes"}
MADE = {"generates": ["image"], "only_standard_editing": "no", "deep_fake": "no"}
LIVE = {
    "biometrics": ["identification"],
    "biometric_without_participation": "yes",
    "biometric_reference_database": "yes",
    "only_confirms_identity": "no",
    "rbi_live": "yes",
    "rbi_public_space": "yes",
    "rbi_law_enforcement": "yes",
    "profiling": "yes",
}
SAFEGUARDS = [
    "national_law",
    "targeted_person",
    "weighed_and_limited",
    "impact_assessment",
    "registered",
]
ALLOWED = {
    "rbi_objective": ["victims"],
    "rbi_authorisation": "prior",
    "rbi_safeguards": SAFEGUARDS,
}
OFFERED = {
    "material_is_purpose": "no",
    "material_foreseeable": "yes",
    "safeguards_adequate": "no",
    "used_for_material": "no",
}

# practice: (what makes it one, what keeps it just outside)
PRACTICES = {
    "art-5-1-a": (
        {
            "manipulates": "yes",
            "impairs_informed_choice": "yes",
            "decision_otherwise_not_taken": "yes",
            **HARM,
        },
        {"significant_harm": "no"},
    ),
    "art-5-1-b": ({"exploits_weakness": "yes", **HARM}, {"distorts_behaviour": "no"}),
    "art-5-1-c": (
        {
            "scores_people": "yes",
            "detrimental_treatment": "yes",
            "unrelated_context": "yes",
            "treatment_disproportionate": "no",
        },
        {"unrelated_context": "no"},
    ),
    "art-5-1-d": (
        {
            "predicts_crime": "yes",
            "crime_solely_profiling": "yes",
            "supports_human_assessment": "no",
        },
        {"supports_human_assessment": "yes"},
    ),
    "art-5-1-e": (
        {"biometrics": ["face_database"], "faces_scraped": ["internet"]},
        {"faces_scraped": ["other"]},
    ),
    "art-5-1-f": (
        {
            "biometrics": ["emotion"],
            "emotion_place": ["work"],
            "emotion_medical_or_safety": "no",
        },
        {"emotion_medical_or_safety": "yes"},
    ),
    "art-5-1-g": (
        {
            "biometrics": ["categorisation"],
            "biometric_traits": ["belief"],
            "sorts_individuals": "yes",
            "labels_lawful_dataset": "no",
            "le_biometric_sorting": "no",
            "ancillary_to_service": "no",
        },
        {"labels_lawful_dataset": "yes"},
    ),
    "art-5-1-h": (LIVE | ALLOWED | {"rbi_objective": ["none"]}, ALLOWED),
    "art-5-1-ba": (
        {
            **MADE,
            **OFFERED,
            "intimate_material": "yes",
            "csam_material": "no",
            "only_harmless_editing": "no",
            "valid_consent": "no",
        },
        {"valid_consent": "yes"},
    ),
    "art-5-1-bb": (
        {
            **MADE,
            **OFFERED,
            "intimate_material": "no",
            "csam_material": "yes",
            "without_right_defence": "no",
        },
        {"safeguards_adequate": "yes"},
    ),
}


def test_every_practice_of_article_5_is_told_of_here():
    known = [item for item in law().provisions if item.kind == "prohibited_practice"]
    assert {item.id for item in known} == set(PRACTICES)
    assert len(known) == 10
    assert len([item for item in known if "enacted_2024" in item.editions]) == 8


@pytest.mark.parametrize("practice", PRACTICES)
def test_a_system_with_all_elements_is_a_prohibited_practice(practice):
    finding = established(PLAIN | PRACTICES[practice][0])[practice]
    assert finding.kind == "prohibited_practice"
    assert finding.confidence == "established"


@pytest.mark.parametrize("practice", PRACTICES)
def test_the_exception_or_a_missing_element_takes_it_out(practice):
    facts = PLAIN | PRACTICES[practice][0] | PRACTICES[practice][1]
    assert practice not in {finding.id for finding in asked(facts).findings}


@pytest.mark.parametrize("practice", PRACTICES)
def test_a_doubt_about_the_exception_is_not_an_exception(practice):
    doubt = dict.fromkeys(PRACTICES[practice][1], "not_established")
    verdict = asked(PLAIN | PRACTICES[practice][0] | doubt)
    (finding,) = [item for item in verdict.findings if item.id == practice]
    assert finding.confidence == "not_established"
    assert set(doubt) & {item.fact for item in finding.missing}


@pytest.mark.parametrize("practice", ["art-5-1-ba", "art-5-1-bb"])
def test_the_new_practices_are_shown_before_they_apply(practice):
    finding = established(PLAIN | PRACTICES[practice][0])[practice]
    assert "from 2 Dec 2026" in finding.label
    assert not finding.applies_now
    later = established(PLAIN | PRACTICES[practice][0], date(2026, 12, 2))[practice]
    assert later.applies_now


@pytest.mark.parametrize("practice", ["art-5-1-ba", "art-5-1-bb"])
def test_the_new_practices_do_not_stand_in_the_2024_text(practice):
    facts = PLAIN | PRACTICES[practice][0]
    assert practice not in established(facts, LAST_DAY_OF_2024_TEXT)
    assert practice in established(facts, FIRST_DAY_OF_OMNIBUS)
    assert "intimate_material" not in {
        question.id for question in questions(PLAIN | MADE, LAST_DAY_OF_2024_TEXT)
    }


def test_the_old_practices_apply_since_february_2025_in_both_editions():
    for on in (LAST_DAY_OF_2024_TEXT, TODAY):
        finding = established(PLAIN | PRACTICES["art-5-1-f"][0], on)["art-5-1-f"]
        assert finding.label == "Prohibited practice since 2 Feb 2025 · Art. 5(1)(f)"


def test_the_medical_case_of_a_recital_makes_the_ban_disputed_not_void():
    facts = PLAIN | PRACTICES["art-5-1-ba"][0] | {"medical_without_consent": "yes"}
    finding = established(facts)["art-5-1-ba"]
    assert finding.confidence == "disputed"
    assert "recital 12" in finding.dispute


def test_emotions_at_work_are_prohibited_high_risk_and_to_be_disclosed_at_once():
    facts = PLAIN | PRACTICES["art-5-1-f"][0] | {"profiling": "yes"}
    assert {"annex-iii-1-c", "art-5-1-f", "art-50-3"} <= set(established(facts))


def test_crime_prediction_from_profiles_is_reported_under_article_5_and_annex_iii():
    facts = PLAIN | PRACTICES["art-5-1-d"][0] | {"profiling": "yes"}
    police = {
        "domains": ["law_enforcement"],
        "le_purposes": ["offending_risk"],
        "le_authority_uses": "yes",
    }
    assert {"art-5-1-d", "annex-iii-6-d"} <= set(established(facts | police))
    helped = facts | police | {"supports_human_assessment": "yes"}
    assert "art-5-1-d" not in established(helped)
    assert "annex-iii-6-d" in established(helped)


def test_an_open_exception_raises_an_alarm_in_the_words_of_the_finding():
    elements, _ = PRACTICES["art-5-1-f"]
    open_ = PLAIN | elements | {"emotion_medical_or_safety": "not_established"}
    verdict = asked(open_)
    assert "Not ruled out: a prohibited practice, Art. 5(1)(f)." in verdict.headline
    (finding,) = [f for f in verdict.findings if f.id == "art-5-1-f"]
    assert finding.label == (
        "Prohibited since 2 Feb 2025 unless it is put in place for medical or safety "
        "reasons, not established · Art. 5(1)(f)"
    )
    assert finding.confidence == "not_established"
    # While an element is open too, it does not hang on the exception alone.
    (finding,) = [
        f
        for f in asked(open_ | {"emotion_place": "not_established"}).findings
        if f.id == "art-5-1-f"
    ]
    assert finding.unless == ()
    assert finding.label.startswith("Not established: Prohibited practice since")


def test_a_crowd_that_is_not_sorted_person_by_person_is_not_categorised():
    elements, _ = PRACTICES["art-5-1-g"]
    crowd = PLAIN | elements | {"sorts_individuals": "no"}
    assert "art-5-1-g" not in established(crowd)


def test_lawful_treatment_makes_manipulation_disputed_and_lifts_no_ban():
    elements, _ = PRACTICES["art-5-1-a"]
    finding = established(PLAIN | elements | {"lawful_practice": "yes"})["art-5-1-a"]
    assert finding.confidence == "disputed"
    assert "recital" in finding.dispute


def test_urgent_live_identification_may_register_later_but_needs_every_safeguard():
    later = [*SAFEGUARDS[:-1], "registered_after"]
    urgent = {"rbi_authorisation": "urgent", "rbi_safeguards": later}
    assert "art-5-1-h" not in established(PLAIN | LIVE | ALLOWED | urgent)
    never = urgent | {"rbi_safeguards": SAFEGUARDS[:-1]}
    assert "art-5-1-h" in established(PLAIN | LIVE | ALLOWED | never)
    for left_out in SAFEGUARDS[:-1]:
        kept = [item for item in SAFEGUARDS if item != left_out]
        facts = PLAIN | LIVE | ALLOWED | {"rbi_safeguards": kept}
        assert "art-5-1-h" in established(facts)


@pytest.mark.parametrize(
    "fact", ["biometric_without_participation", "biometric_reference_database"]
)
def test_identification_is_remote_or_neither_prohibited_nor_high_risk(fact):
    at_the_door = PLAIN | LIVE | ALLOWED | {"rbi_objective": ["none"], fact: "no"}
    assert not established(at_the_door)
    unsettled = {"rbi_live", "rbi_public_space", "rbi_law_enforcement"}
    for question in unsettled:
        del at_the_door[question]
    assert not unsettled & {question.id for question in questions(at_the_door, TODAY)}


def test_elements_are_asked_only_after_the_plain_question_was_not_denied():
    assert "effects_on_people" not in {q.id for q in questions(PLAIN, TODAY)}
    for answer in ("exploits_weakness", "not_established"):
        due = {q.id for q in questions(PLAIN | {"practices": [answer]}, TODAY)}
        assert "effects_on_people" in due
