"""An unknown is never a "no": losing an answer never loses a finding."""

from hypothesis import given, settings
from hypothesis import strategies as st

from governance.law.classify import classify
from governance.law.facts import Facts
from governance.law.load import law
from governance.law.logic import Truth, trace, value
from governance.law.questions import questions
from governance.law.rules import rules
from governance.law.verdict import Verdict
from tests.governance.law.random_answers import ASKED, DAYS, EDITIONS, UNKNOWN, WORLDS
from tests.governance.law.worlds import TODAY, interview


@settings(max_examples=60, deadline=None)
@given(WORLDS, st.data(), st.sampled_from(EDITIONS), DAYS)
def test_forgetting_an_answer_never_removes_a_finding(facts, data, edition, on):
    fact = data.draw(st.sampled_from(sorted(facts)))
    before = classify(facts, on, edition)
    after = classify(facts | {fact: UNKNOWN}, on, edition)
    assert {f.id for f in before.findings} <= {f.id for f in after.findings}
    # What the law presumes stands again, once nobody says otherwise.
    if not law().questions[fact].presume:
        assert {f.id for f in after.established} <= {f.id for f in before.established}


@settings(max_examples=40, deadline=None)
@given(WORLDS, st.sets(st.sampled_from([q.id for q in ASKED])))
def test_what_an_incomplete_verdict_rules_out_no_answer_can_bring_back(facts, hidden):
    partial = {key: UNKNOWN if key in hidden else facts[key] for key in facts}
    ruled_out = {item.provision for item in classify(partial, TODAY).ruled_out}
    assert not ruled_out & {f.id for f in classify(facts, TODAY).findings}


@settings(max_examples=40, deadline=None)
@given(WORLDS)
def test_every_open_finding_names_the_facts_it_hangs_on(facts):
    for finding in classify(facts, TODAY).findings:
        assert bool(finding.missing) == (finding.confidence == UNKNOWN)


@settings(max_examples=25, deadline=None)
@given(WORLDS, DAYS)
def test_a_verdict_survives_storage(facts, on):
    verdict = classify(facts, on)
    assert Verdict.from_json(verdict.as_json()) == verdict


@settings(max_examples=10, deadline=None)
@given(WORLDS)
def test_reasons_and_value_never_disagree(answers):
    facts = Facts(answers, law().questions)
    memo = {}
    for rule in rules("omnibus_2026"):
        found = trace(rule.expr, facts.truth, memo)
        assert found.truth is value(rule.expr, facts.truth)
        assert all(facts.truth(name) is Truth.UNKNOWN for name in found.open)
        assert Truth.UNKNOWN not in {facts.truth(name) for name in found.reasons}


@settings(max_examples=30, deadline=None)
@given(WORLDS)
def test_an_interview_ends_and_tells_what_the_full_answers_tell(facts):
    answers, order = interview(facts)
    assert len(order) == len(set(order))
    assert questions(answers, TODAY) == []
    # Assumptions are asked like everything else, so both verdicts rest on answers.
    told = {f.id: f.confidence for f in classify(answers, TODAY).findings}
    full = {f.id: f.confidence for f in classify(facts, TODAY).findings}
    assert told == full


def test_with_no_answer_at_all_nothing_is_ruled_out_and_nothing_is_established():
    verdict = classify({}, TODAY)
    assert verdict.ruled_out == ()
    assert verdict.established == ()
    assert verdict.headline.startswith("Not settled: ")
    assert verdict.headline.endswith("prohibited practices.")
    kinds = {finding.kind for finding in verdict.findings}
    assert {"prohibited_practice", "high_risk", "gpai_model"} <= kinds
