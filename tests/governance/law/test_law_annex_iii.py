"""Each leaf of Annex III: a system just inside, and one just outside the line."""

import pytest

from governance.law.load import law
from tests.governance.law.worlds import EXEMPT, HIRING, PLAIN, asked, established

SEEN = {"biometric_without_participation": "yes", "biometric_reference_database": "yes"}
LEARNER = {"education_institution_uses_output": "yes", "education_individuals": "yes"}
BENEFIT = {
    "public_authority_uses": "yes",
    "essential_benefit": "yes",
    "person_is_beneficiary": "yes",
}
GRID = {
    "infrastructure_kind": ["electricity"],
    "infrastructure_operation": "yes",
    "cybersecurity_only": "no",
    "safety_purpose": "yes",
    "failure_endangers_people": "yes",
}
POLICE = {"le_authority_uses": "yes"}
BORDER = {"migration_authority_uses": "yes", "only_travel_documents": "no"}


def domain(name, **facts):
    return {"domains": [name], **facts}


# leaf: (what makes it so, what would take it just outside)
LEAVES = {
    "annex-iii-1-a": (
        {"biometrics": ["identification"], "only_confirms_identity": "no", **SEEN},
        {"biometric_without_participation": "no"},
    ),
    "annex-iii-1-b": (
        {
            "biometrics": ["categorisation"],
            "biometric_traits": ["protected"],
            "ancillary_to_service": "no",
        },
        {"biometric_traits": ["other"]},
    ),
    "annex-iii-1-c": ({"biometrics": ["emotion"]}, {"biometrics": ["physical_state"]}),
    "annex-iii-2": (
        domain("infrastructure", **GRID),
        {
            "failure_endangers_people": "no",
            "failure_endangers_property": "no",
            "safety_purpose": "no",
        },
    ),
    "annex-iii-3-a": (
        domain("education", education_purposes=["admission"], **LEARNER),
        {"education_institution_uses_output": "no"},
    ),
    "annex-iii-3-b": (
        domain("education", education_purposes=["learning_outcomes"], **LEARNER),
        {"education_purposes": ["practice"]},
    ),
    "annex-iii-3-c": (
        domain("education", education_purposes=["level"], **LEARNER),
        {"education_individuals": "no"},
    ),
    "annex-iii-3-d": (
        domain(
            "education", education_purposes=["cheating"], during_tests="yes", **LEARNER
        ),
        {"during_tests": "no"},
    ),
    "annex-iii-4-a": (
        domain("work", work_purposes=["applicants"], recruiter_uses_output="yes"),
        {"recruiter_uses_output": "no"},
    ),
    "annex-iii-4-b": (
        domain(
            "work",
            work_purposes=["tasks"],
            tasks_by_traits="yes",
            employer_uses_output="yes",
        ),
        {"tasks_by_traits": "no"},
    ),
    "annex-iii-5-a": (
        domain("public_benefits", benefits_purposes=["eligibility"], **BENEFIT),
        {"person_is_beneficiary": "no"},
    ),
    "annex-iii-5-b": (
        domain(
            "finance",
            finance_purposes=["credit"],
            credit_natural_persons="yes",
            fraud_detection_only="no",
        ),
        {"credit_natural_persons": "no"},
    ),
    "annex-iii-5-c": (
        domain(
            "finance",
            finance_purposes=["insurance_price"],
            insured_natural_persons="yes",
        ),
        {"finance_purposes": ["other"]},
    ),
    "annex-iii-5-d": (
        domain("emergency", emergency_purposes=["triage"]),
        {"emergency_purposes": ["other"]},
    ),
    "annex-iii-6-a": (
        domain("law_enforcement", le_purposes=["victim_risk"], **POLICE),
        {"le_purposes": ["other"]},
    ),
    "annex-iii-6-b": (
        domain("law_enforcement", le_purposes=["polygraph"], **POLICE),
        {"le_authority_uses": "no"},
    ),
    "annex-iii-6-c": (
        domain("law_enforcement", le_purposes=["evidence"], **POLICE),
        {"le_purposes": ["other"]},
    ),
    "annex-iii-6-d": (
        domain("law_enforcement", le_purposes=["offending_risk"], **POLICE),
        {"le_purposes": ["other"]},
    ),
    "annex-iii-6-e": (
        domain("law_enforcement", le_purposes=["profiling"], **POLICE),
        {"le_authority_uses": "no"},
    ),
    "annex-iii-7-a": (
        domain("migration", migration_purposes=["polygraph"], **BORDER),
        {"migration_authority_uses": "no"},
    ),
    "annex-iii-7-b": (
        domain("migration", migration_purposes=["entrant_risk"], **BORDER),
        {"migration_purposes": ["other"]},
    ),
    "annex-iii-7-c": (
        domain("migration", migration_purposes=["applications"], **BORDER),
        {"migration_authority_uses": "no"},
    ),
    "annex-iii-7-d": (
        domain("migration", migration_purposes=["identification"], **BORDER),
        {"only_travel_documents": "yes"},
    ),
    "annex-iii-8-a": (
        domain("justice", justice_purposes=["applies_law"], justice_user="court"),
        {"justice_purposes": ["other"]},
    ),
    "annex-iii-8-b": (
        domain("elections", influences_vote="yes", voters_exposed="yes"),
        {"voters_exposed": "no"},
    ),
}
PERMITTED = [leaf.id for leaf in law().provisions if leaf.lawful_if]
DEROGABLE = [leaf for leaf in LEAVES if leaf != "annex-iii-6-e"]


def inside(leaf):
    return PLAIN | LEAVES[leaf][0] | {"profiling": "yes"}


def test_every_leaf_of_annex_iii_is_told_of_here():
    known = [item.id for item in law().provisions if item.route == "annex_iii"]
    assert len(known) == 25
    assert set(known) == set(LEAVES)


@pytest.mark.parametrize("leaf", LEAVES)
def test_a_system_inside_the_leaf_is_high_risk(leaf):
    finding = established(inside(leaf))[leaf]
    assert finding.kind == "high_risk"
    assert finding.confidence == "established"
    assert finding.label.startswith("High-risk from 2 Dec 2027 · Annex III")


@pytest.mark.parametrize("leaf", LEAVES)
def test_a_system_just_outside_the_leaf_is_ruled_out_with_the_reason(leaf):
    verdict = asked(inside(leaf) | LEAVES[leaf][1])
    assert leaf not in {finding.id for finding in verdict.findings}
    because = {item.provision: set(item.because) for item in verdict.ruled_out}
    assert because[leaf] & set(LEAVES[leaf][1])


@pytest.mark.parametrize("leaf", LEAVES)
def test_an_unknown_limit_leaves_the_leaf_open_and_names_the_fact(leaf):
    unknown = dict.fromkeys(LEAVES[leaf][1], "not_established")
    verdict = asked(inside(leaf) | unknown)
    (finding,) = [item for item in verdict.findings if item.id == leaf]
    assert finding.confidence == "not_established"
    assert finding.label.startswith("Not established: ")
    assert set(unknown) <= {item.fact for item in finding.missing}
    assert all(item.who_knows for item in finding.missing)


@pytest.mark.parametrize("leaf", DEROGABLE)
def test_one_ground_of_article_6_3_without_profiling_exempts_with_duties(leaf):
    found = established(inside(leaf) | EXEMPT)
    assert leaf not in found
    exempt = found[f"{leaf}.exempt"]
    assert exempt.kind == "high_risk_derogated"
    cited = [duty.citation for duty in exempt.duties]
    assert any("Art. 6(4)" in text for text in cited)
    assert any("Art. 49(2)" in text for text in cited)


@pytest.mark.parametrize("leaf", LEAVES)
def test_profiling_keeps_every_leaf_high_risk_whatever_ground_is_claimed(leaf):
    found = established(inside(leaf) | EXEMPT | {"profiling": "yes"})
    assert leaf in found
    assert f"{leaf}.exempt" not in found


def test_profiling_in_criminal_procedure_can_never_be_exempt():
    assert "annex-iii-6-e" in established(inside("annex-iii-6-e") | EXEMPT)


@pytest.mark.parametrize("leaf", PERMITTED)
def test_an_unlawful_use_is_not_permitted_and_never_not_high_risk(leaf):
    fact = next(item.lawful_if for item in law().provisions if item.id == leaf)
    found = established(inside(leaf) | {fact: "no"})
    assert leaf not in found
    finding = found[f"{leaf}.unlawful"]
    assert finding.kind == "not_permitted_by_other_law"
    assert finding.label.startswith("Not permitted by other law; would be Annex III")


@pytest.mark.parametrize("leaf", PERMITTED)
def test_lawful_use_is_assumed_and_shown_as_an_assumption(leaf):
    fact = next(item.lawful_if for item in law().provisions if item.id == leaf)
    steps = {step.fact: step for step in established(inside(leaf))[leaf].steps}
    assert steps[fact].assumed
    assert steps[fact].answer == "yes"


def test_age_or_sex_alone_makes_biometric_categorisation_disputed():
    found = established(inside("annex-iii-1-b") | {"biometric_traits": ["age_or_sex"]})
    assert found["annex-iii-1-b"].confidence == "disputed"
    assert "guidance" in found["annex-iii-1-b"].dispute


def guided(answers, provision):
    (found,) = [r for r in asked(answers).ruled_out if r.provision == provision]
    return found.guidance


def test_what_draft_guidance_alone_rules_out_says_so():
    watched = HIRING | {"work_purposes": ["monitoring"], "employer_uses_output": "no"}
    assert guided(watched, "annex-iii-4-b") == "draft"
    assert guided(watched, "annex-iii-4-a") == ""
    # The text of the Act rules it out as well: it is no monitoring at all.
    other = watched | {"work_purposes": ["other"]}
    assert guided(other, "annex-iii-4-b") == ""


def test_a_finding_that_follows_from_draft_guidance_alone_says_so():
    watched = HIRING | {"work_purposes": ["monitoring"], "employer_uses_output": "no"}
    (outside,) = asked(watched | {"open_source": "yes"}).findings
    assert (outside.id, outside.guidance) == ("art-2-12", "draft")
    assert outside.label.startswith("By draft guidance alone: Outside the Act")
    (plain,) = asked(PLAIN | {"open_source": "yes"}).findings
    assert (plain.id, plain.guidance) == ("art-2-12", "")
    assert plain.label.startswith("Outside the Act")


def test_what_is_open_by_draft_guidance_alone_says_so():
    watched = HIRING | {"work_purposes": ["monitoring"]}
    unseen = watched | {"employer_uses_output": "not_established"}
    (open_,) = asked(unseen).findings
    assert (open_.confidence, open_.guidance) == ("not_established", "draft")
    # Another fact is open as well: the text of the Act settles nothing either.
    unsure = asked(unseen | {"work_purposes": ["not_established"]}).findings
    assert {(each.confidence, each.guidance) for each in unsure} == {
        ("not_established", "")
    }


def test_a_dispute_that_rests_on_draft_guidance_alone_says_so():
    sorted_by = PLAIN | {
        "biometrics": ["categorisation"],
        "ancillary_to_service": "no",
        "labels_lawful_dataset": "no",
        "profiling": "yes",
    }
    age = established(sorted_by | {"biometric_traits": ["age_or_sex"]})
    assert age["annex-iii-1-b"].confidence == "disputed"
    assert age["annex-iii-1-b"].guidance == "draft"
    origin = established(sorted_by | {"biometric_traits": ["protected"]})
    assert origin["annex-iii-1-b"].guidance == ""
