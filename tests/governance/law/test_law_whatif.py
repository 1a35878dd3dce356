"""Which single answer would change the verdict, and the commands that say it."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.law.__main__ import main
from governance.law.classify import EditionUnknown, classify
from governance.law.duties import duties
from governance.law.exposure import costs
from governance.law.load import law
from governance.law.rules import hanging_on
from governance.law.whatif import WhatIf, whatif
from tests.governance.law.random_answers import ASKED, DAYS, WORLDS, answer
from tests.governance.law.test_law_other_regimes import MONTAGE
from tests.governance.law.worlds import (
    CREDIT,
    EXEMPT,
    HIRING,
    LAST_DAY_OF_2024_TEXT,
    PLAIN,
    TODAY,
)

UNSURE = CREDIT | {"credit_natural_persons": "not_established"}


def changes(answers, **more) -> dict[tuple[str, str], WhatIf]:
    """What each other answer would change, by question and answer."""
    found = whatif(answers, TODAY, **more).changes
    return {(item.fact, str(item.answer)): item for item in found}


def effects(item: WhatIf) -> set[tuple[str, str]]:
    return {(str(effect.change), effect.finding) for effect in item.effects}


def test_an_open_question_that_decides_a_finding_comes_first():
    found = whatif(UNSURE, TODAY)
    first, second = found.changes[:2]
    assert {first.fact, second.fact} == {"credit_natural_persons"}
    assert first.open
    assert first.now == "not established"
    told = {item.answer: effects(item) for item in (first, second)}
    assert ("establishes", "annex-iii-5-b") in told["yes"]
    assert ("removes", "annex-iii-5-b") in told["no"]
    opened = [item.open for item in found.changes]
    assert opened == sorted(opened, reverse=True)
    assert first.who_knows


@settings(max_examples=40, deadline=None)
@given(WORLDS, st.sampled_from([q.id for q in ASKED]), st.data(), DAYS)
def test_what_is_not_weighed_again_would_come_out_the_same(facts, fact, data, on):
    other = facts | {fact: data.draw(answer(law().questions[fact]))}
    before, after = classify(facts, on), classify(other, on)
    touched = {rule.id for rule in hanging_on(before.edition).get(fact, ())}

    def untouched(verdict):
        return [
            item._replace(concerns_us=None)
            for item in verdict.findings
            if item.id not in touched
        ]

    assert untouched(before) == untouched(after)


def test_each_change_is_what_classifying_anew_would_say():
    found = whatif(HIRING | EXEMPT, TODAY)
    before = {item.id for item in found_ids(HIRING | EXEMPT)}
    for item in found.changes:
        other = classify(HIRING | EXEMPT | {item.fact: item.answer}, TODAY)
        assert item.headline == other.headline
        after = {finding.id for finding in other.findings}
        gone = {effect.finding for effect in item.effects if effect.change == "removes"}
        assert gone == before - after
    assert found.tried >= len(found.changes) > 0
    moving = {item.fact for item in found.changes}
    for item in found.unmoved:
        assert item.fact not in moving
        assert item.question
    assert "our_roles" in {item.fact for item in found.unmoved}


def found_ids(answers):
    return classify(answers, TODAY).findings


def test_a_changed_answer_turns_the_exemption_around():
    found = changes(HIRING | EXEMPT)
    flipped = found["profiling", "yes"]
    assert not flipped.open
    assert flipped.now == "no"
    assert ("establishes", "annex-iii-4-a") in effects(flipped)
    assert ("removes", "annex-iii-4-a.exempt") in effects(flipped)
    doubted = effects(found["significant_risk", "yes"])
    assert ("establishes", "annex-iii-4-a") in doubted


def test_the_gravest_finding_comes_first_among_equals():
    order = [item.fact for item in whatif(CREDIT, TODAY).changes if not item.open]
    assert order.index("score_facts") < order.index("finance_facts")


def test_choices_are_added_and_taken_away_one_at_a_time():
    film = changes(MONTAGE)
    assert ("generates", "['video', 'text']") in film
    removed = film["generates", "['none']"]
    assert ("removes", "art-50-2") in effects(removed)
    two = changes(MONTAGE | {"generates": ["video", "text"]})
    assert ("opens", "art-50-4-text") in effects(film["generates", "['video', 'text']"])
    assert ("generates", "['text']") in two
    unsaid = changes({key: MONTAGE[key] for key in MONTAGE if key != "generates"})
    assert ("generates", "['video']") in unsaid
    assert (
        unsaid["generates", "['video']"].wording == "New or substantially changed video"
    )
    partly = changes(MONTAGE | {"generates": ["video", "not_established"]})
    assert any(item.open for key, item in partly.items() if key[0] == "generates")


def test_a_question_without_none_keeps_its_last_choice():
    assert ("finance_purposes", "['none']") not in changes(CREDIT)
    both = CREDIT | {"finance_facts": ["credit_of_people", "insured_people"]}
    assert ("finance_purposes", "['credit', 'insurance_risk']") in changes(both)


def test_a_fact_asked_with_others_is_tried_by_that_question_until_it_is_answered():
    unasked = {key: CREDIT[key] for key in CREDIT if key != "finance_facts"}
    tried = {fact for fact, _ in changes(unasked)}
    assert "finance_facts" in tried
    assert "credit_natural_persons" not in tried
    partly = {
        fact for fact, _ in changes(CREDIT | {"finance_facts": ["not_established"]})
    }
    assert {"finance_facts", "credit_natural_persons"} <= partly


def test_a_single_choice_is_tried_in_every_other_way():
    live = PLAIN | {
        "biometrics": ["identification"],
        "biometric_without_participation": "yes",
        "biometric_reference_database": "yes",
        "only_confirms_identity": "no",
        "rbi_live": "yes",
        "rbi_public_space": "yes",
        "rbi_law_enforcement": "yes",
        "rbi_objective": ["victims"],
        "rbi_authorisation": "no",
        "rbi_safeguards": [
            "national_law",
            "targeted_person",
            "weighed_and_limited",
            "impact_assessment",
            "registered_after",
        ],
    }
    found = changes(live)
    assert ("removes", "art-5-1-h") in effects(found["rbi_authorisation", "urgent"])
    assert ("removes", "art-5-1-h") in effects(found["rbi_authorisation", "prior"])
    urgent = changes(live | {"rbi_authorisation": "urgent"})
    assert ("establishes", "art-5-1-h") in effects(urgent["rbi_authorisation", "no"])


def test_the_sides_of_every_line_between_dates_are_tried():
    found = changes(CREDIT)
    moved = found["placed_on_market_on", "2027-12-01"]
    assert effects(moved) == {("moves", "annex-iii-5-b")}
    assert ("placed_on_market_on", "2027-12-02") not in found


def test_a_dispute_is_a_change_of_its_own():
    section_b = PLAIN | {
        "product_law": ["motor_vehicles"],
        "third_party_assessment": "yes",
        "third_party_other_risks_only": "no",
        "product_is_ai_itself": "yes",
        "interacts_with_people": "yes",
        "obviously_ai": "no",
    }
    settled = changes(section_b)["third_party_assessment", "no"]
    assert ("settles", "art-50-1") in effects(settled)
    plain = section_b | {"third_party_assessment": "no"}
    doubtful = changes(plain)["third_party_assessment", "yes"]
    assert ("disputes", "art-50-1") in effects(doubtful)


def test_the_edition_of_the_day_or_another_is_used():
    old = whatif(CREDIT, LAST_DAY_OF_2024_TEXT)
    assert old.edition == "enacted_2024"
    assert whatif(CREDIT, TODAY, "enacted_2024").hypothetical
    with pytest.raises(EditionUnknown):
        whatif(CREDIT, TODAY, "draft_2025")


@pytest.fixture
def credit(tmp_path):
    path = tmp_path / "answers.json"
    path.write_text(json.dumps(UNSURE))
    return str(path)


def test_whatif_prints_json(credit, capsys):
    assert main(["whatif", credit, "--on", "2026-11-23"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == whatif(UNSURE, TODAY).as_json()
    assert printed["on"] == "2026-11-23"
    assert printed["changes"][0]["effects"][0]["change"] in ("establishes", "removes")


def test_duties_prints_json_for_several_roles_and_flags(credit, capsys):
    roles = ["--role", "provider", "--role", "deployer"]
    flags = ["--flag", "employer", "--flag", "sme=no"]
    assert main(["duties", credit, *roles, *flags, "--on", "2026-11-23"]) == 0
    printed = json.loads(capsys.readouterr().out)
    given = {"employer": "yes", "sme": "no"}
    found = duties(UNSURE, ["provider", "deployer"], TODAY, flags=given)
    assert printed == found.as_json() | {"exposure": costs(found)}


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--role", "owner"], "no role ['owner']; there are provider, deployer"),
        (["--role", "provider", "--flag", "sma=no"], "Did you mean"),
        (["--role", "provider", "--flag", "sme=perhaps"], "Choose one of: yes, no"),
        (["--role", "provider", "--edition", "draft"], "no edition 'draft'"),
    ],
)
def test_a_wrong_role_flag_or_edition_ends_with_status_2(credit, more, says, capsys):
    assert main(["duties", credit, *more]) == 2
    printed = capsys.readouterr()
    assert says in printed.err
    assert printed.out == ""
