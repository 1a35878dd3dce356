"""The condition language: three values, a tiny grammar, no surprises."""

from itertools import product

import pytest

from governance.law.logic import (
    All,
    Any,
    ConditionInvalid,
    Memo,
    Not,
    Truth,
    names,
    parse,
    trace,
    value,
)

TRUTHS = list(Truth)
ORDER = {Truth.NO: 0, Truth.UNKNOWN: 1, Truth.YES: 2}


@pytest.mark.parametrize(("left", "right"), list(product(TRUTHS, TRUTHS)))
def test_and_or_not_are_minimum_maximum_and_mirror(left, right):
    of = {"a": left, "b": right}.__getitem__
    pair = (left, right)
    assert value(parse("a and b"), of) is min(pair, key=ORDER.__getitem__)
    assert value(parse("a or b"), of) is max(pair, key=ORDER.__getitem__)
    assert ORDER[value(parse("not a"), of)] == 2 - ORDER[left]


def test_not_binds_before_and_and_and_before_or():
    assert parse("a or not b and c") == parse("a or ((not b) and c)")
    assert parse("a or not b and c") != parse("(a or not b) and c")


@pytest.mark.parametrize(
    "text",
    ["", "a and", "and a", "(a", "a)", "a b", "a or or b", "not", "a & b", "A", "a()"],
)
def test_anything_else_is_refused_with_its_place(text):
    with pytest.raises(ConditionInvalid, match="expected"):
        parse(text)


def test_a_condition_is_data_and_never_runs():
    with pytest.raises(ConditionInvalid):
        parse("__import__('os').system('true')")


def test_names_come_in_the_order_of_writing():
    assert list(names(parse("b and (a.x or not c)"))) == ["b", "a.x", "c"]


def test_the_reasons_of_a_decided_condition_are_the_facts_that_decided_it():
    known = {"a": Truth.YES, "b": Truth.NO, "c": Truth.UNKNOWN}
    found = trace(parse("a and b and c"), known.__getitem__, {})
    assert (found.truth, found.reasons, found.open) == (Truth.NO, ("b",), ())


def test_the_open_facts_of_an_undecided_condition_leave_out_settled_branches():
    known = dict.fromkeys("abcd", Truth.UNKNOWN) | {"b": Truth.NO}
    found = trace(parse("a and ((b and c) or d)"), known.__getitem__, {})
    assert found.truth is Truth.UNKNOWN
    assert found.open == ("a", "d")


def test_a_part_that_conditions_share_is_weighed_once() -> None:
    asked: list[str] = []

    def told(name: str) -> Truth:
        asked.append(name)
        return Truth.UNKNOWN

    shared = parse("a or b")
    memo: Memo = {}
    both, either = All((shared, Not(shared))), Any((Not(shared), shared))
    assert value(both, told, memo) is value(either, told, memo) is Truth.UNKNOWN
    assert asked == ["a", "b"]
    # A condition that lives no longer leaves its id to another one.
    found = {value(parse(name), lambda n: Truth.YES, memo) for name in "cdefgh"}
    found |= {value(parse(f"not {name}"), lambda n: Truth.YES, memo) for name in "cde"}
    assert found == {Truth.YES, Truth.NO}
