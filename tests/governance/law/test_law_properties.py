"""What holds of every verdict, whatever was answered."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.law.classify import classify
from governance.law.duties import duties
from governance.law.duties_load import catalogue
from governance.law.load import law
from governance.law.logic import All, Atom, Not
from governance.law.rules import rules
from tests.governance.law.random_answers import ASKED, DAYS, EDITIONS, UNKNOWN, WORLDS
from tests.governance.law.worlds import PLAIN, TODAY, interview

GATES = [question.id for question in ASKED if question.gate]
ASSUMED = {q.id for q in ASKED if q.assume}
PRESUMED = {q.id for q in ASKED if q.presume}
SUBSETS = st.sets(st.sampled_from([q.id for q in ASKED]))
# Each rule with exceptions, with one of them, by edition.
EXCEPTED = [
    pytest.param(edition, rule, place, id=f"{edition}-{rule.id}-{place}")
    for edition in EDITIONS
    for rule in rules(edition)
    if rule.id == rule.provision.id
    for place in range(len(rule.exceptions))
]


def answers_for(expr, *, holds=True):
    """Some answers that make a condition hold, or fail."""
    if isinstance(expr, Atom):
        fact, _, choice = expr.name.partition(".")
        question = law().questions[fact]
        if question.kind == "yes_no":
            return {fact: "yes" if holds else "no"}
        # The last choice is the one that stands for nothing.
        chosen = choice if holds else question.choices[-1].id
        return {fact: [chosen] if question.kind == "multi" else chosen}
    if isinstance(expr, Not):
        return answers_for(expr.part, holds=not holds)
    parts = expr.parts if isinstance(expr, All) is holds else expr.parts[:1]
    found = {}
    for part in parts:
        for fact, answer in answers_for(part, holds=holds).items():
            both = isinstance(answer, list) and fact in found
            every = [*found[fact], *answer] if both else answer
            found[fact] = list(dict.fromkeys(every)) if both else answer
    return found


def by_id(answers, edition, on=TODAY):
    return {item.id: item for item in classify(answers, on, edition).findings}


@settings(max_examples=60, deadline=None)
@given(WORLDS, SUBSETS, st.booleans(), st.data())
def test_an_answer_to_an_open_question_changes_nothing_that_was_settled(
    facts, open_, silent, data
):
    # An assumption is no open question: it is settled until somebody says otherwise,
    # and what is presumed even where the answer is "I cannot tell".
    some = {fact for fact in facts if facts[fact] != UNKNOWN} - PRESUMED
    open_ = sorted(open_ & some) or [data.draw(st.sampled_from(sorted(some)))]
    hidden = set(open_)
    before = {
        fact: UNKNOWN if fact in hidden else answer
        for fact, answer in facts.items()
        if fact not in hidden or fact in ASSUMED or not silent
    }
    fact = data.draw(st.sampled_from(open_))
    one, two = classify(before, TODAY), classify(before | {fact: facts[fact]}, TODAY)
    assert {f.id for f in one.established} <= {f.id for f in two.established}
    assert {r.provision for r in one.ruled_out} <= {r.provision for r in two.ruled_out}


@settings(max_examples=40, deadline=None)
@given(WORLDS, st.sampled_from(sorted(ASSUMED)), st.sampled_from(["yes", "no"]))
def test_what_an_assumption_bears_says_so(facts, fact, answer):
    silent = {key: value for key, value in facts.items() if key != fact}
    one, two = classify(silent, TODAY), classify(silent | {fact: answer}, TODAY)
    lost = {f.id for f in one.established} - {f.id for f in two.established}
    for finding in one.established:
        if finding.id in lost:
            assert fact in {step.fact for step in finding.steps if step.assumed}


@pytest.mark.parametrize(("edition", "rule", "place"), EXCEPTED)
def test_an_open_exception_raises_an_alarm_and_an_established_one_ends_it(
    edition, rule, place
):
    needed = answers_for(rule.elements)
    elements = PLAIN | {"profiling": "yes"} | needed
    behind = {fact for expr, _ in rule.exceptions for fact in answers_for(expr)}
    opened = elements | dict.fromkeys(behind - set(needed), UNKNOWN)
    alarmed = by_id(opened, edition)[rule.id]
    assert alarmed.confidence == UNKNOWN
    expr, says = rule.exceptions[place]
    if behind & set(needed) == set():
        assert says in alarmed.unless
    if rule.kind == "prohibited_practice":
        words = f" unless {' or '.join(alarmed.unless)}, not established · "
        assert alarmed.label.startswith("Prohibited ")
        assert words in alarmed.label
    assert rule.id not in by_id(elements | answers_for(expr), edition)
    none_holds = elements
    for one, _ in rule.exceptions:
        none_holds = none_holds | answers_for(one, holds=False)
    assert by_id(none_holds, edition)[rule.id].confidence == "established"


@settings(max_examples=40, deadline=None)
@given(WORLDS, DAYS)
def test_where_there_is_profiling_no_system_is_exempt(facts, on):
    verdict = classify(facts | {"profiling": "yes"}, on)
    assert "high_risk_derogated" not in {finding.kind for finding in verdict.findings}
    for finding in verdict.findings:
        missing = {item.fact for item in finding.missing}
        assert not {"narrow_task", "preparatory_task", "profiling"} & missing


@settings(max_examples=40, deadline=None)
@given(WORLDS, DAYS, st.sampled_from([None, *EDITIONS]))
def test_nothing_applies_before_the_edition_that_brings_it_is_in_force(
    facts, on, edition
):
    born = {
        item.id: next(e for e in law().editions if e.id in item.logic)
        for item in law().provisions
    }
    verdict = classify(facts, on, edition)
    for finding in verdict.findings:
        brought = born[finding.provision]
        assert edition or brought.in_force_from <= max(
            on, law().editions[0].in_force_from
        )
        assert not (finding.applies_now and on < brought.in_force_from)
        if finding.applies_from:
            assert finding.applies_from >= brought.in_force_from


def test_no_duty_applies_before_the_edition_that_brings_it_is_in_force():
    for old, new in pairwise(law().editions):
        for row in catalogue().rows:
            if new.id in row.logic and old.id not in row.logic:
                keys = catalogue().by_route.get(row.applies, {"": row.applies})
                for key in keys.values():
                    start = catalogue().dated.starts[key][new.id]
                    assert start.day >= new.in_force_from, row.id


def test_a_law_of_yesterday_has_no_row_of_today():
    day_before = law().editions[-1].in_force_from.replace(day=26)
    told = {row.id for row in duties(PLAIN, ["provider"], day_before).duties}
    assert not {"art-4a-1", "art-75-1a"} & told


@settings(max_examples=15, deadline=None)
@given(WORLDS, st.sampled_from(GATES), st.data())
def test_a_gate_to_which_nobody_knows_the_answer_opens_all_behind_it(facts, gate, data):
    _, unsure = interview(facts | {gate: UNKNOWN})
    question = law().questions[gate]
    possible = [one.id for one in question.choices] or ["yes", "no"]
    choice = data.draw(st.sampled_from(possible))
    answer = [choice] if question.kind == "multi" else choice
    _, sure = interview(facts | {gate: answer})
    behind = set(sure) - set(unsure)
    # Only whether an open system has another duty is settled sooner by an answer.
    assert behind <= {"open_source"}


def test_who_can_tell_nothing_is_asked_everything():
    on = max(item.grace[EDITIONS[-1]].cutoff for item in law().transitions)
    _, order = interview({}, on)
    assert set(order) == {q.id for q in ASKED if q.asked}
