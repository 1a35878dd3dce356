"""Conditions over named facts, with three truth values.

The rules of this file, before its code:

1. A condition is written with `and`, `or`, `not`, brackets and names; nothing else.
   A name is a fact (`profiling`) or one choice of a question (`domains.finance`).
2. A fact is yes, no or not established (Kleene's strong logic): `no and unknown` is
   no, `yes or unknown` is yes, everything else that touches an unknown is unknown.
   So a condition is decided exactly when no answer to the open facts could change it
   by way of its form; an unknown fact is never read as "no".
3. Conditions are parsed, never evaluated as program text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import NamedTuple

TOKEN = re.compile(r"\s*(?:([()])|([a-z][a-z0-9_]*(?:\.[a-z0-9_]+)?))")
WORDS = frozenset({"and", "or", "not"})


class Truth(StrEnum):
    """What is known of a fact or of a condition."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "not_established"


class ConditionInvalid(ValueError):
    """A condition that cannot be read; the message says where."""


@dataclass(frozen=True, slots=True)
class Atom:
    """A fact, or one choice of a question."""

    name: str


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of its part; unknown stays unknown."""

    part: Expr


@dataclass(frozen=True, slots=True)
class All:
    """Every part must hold. `strict`: ask about a part only when those before it are
    settled."""

    parts: tuple[Expr, ...]
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Any:
    """One part is enough. `strict` as in `All`."""

    parts: tuple[Expr, ...]
    strict: bool = False


Expr = Atom | Not | All | Any
Lookup = Callable[[str], Truth]
Memo = dict[int, tuple[Expr, Truth]]
ALWAYS: Expr = All(())
OPPOSITE = {
    Truth.YES: Truth.NO,
    Truth.NO: Truth.YES,
    Truth.UNKNOWN: Truth.UNKNOWN,
}


def parse(text: str) -> Expr:
    """Read a condition; `not` binds tightest, then `and`, then `or`.

    Raises ConditionInvalid with the place of the fault.
    """
    reader = _Reader(text)
    expr = reader.either()
    if reader.ahead is not None:
        raise reader.fault("nothing more")
    return expr


@cache
def parsed(text: str) -> Expr:
    """The same, remembered: conditions of the data are read again and again."""
    return parse(text)


class _Reader:
    """Recursive descent over the tokens of one condition."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0
        self.ahead: str | None = None
        self.advance()

    def advance(self) -> None:
        if not self.text[self.place :].strip():
            self.ahead = None
            return
        found = TOKEN.match(self.text, self.place)
        if found is None:
            raise self.fault("a name, 'and', 'or', 'not' or a bracket")
        self.ahead = found[1] or found[2]
        self.place = found.end()

    def fault(self, wanted: str) -> ConditionInvalid:
        return ConditionInvalid(
            f"expected {wanted} near character {self.place} of {self.text!r}"
        )

    def either(self) -> Expr:
        parts = [self.both()]
        while self.ahead == "or":
            self.advance()
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else Any(tuple(parts))

    def both(self) -> Expr:
        parts = [self.single()]
        while self.ahead == "and":
            self.advance()
            parts.append(self.single())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def single(self) -> Expr:
        word = self.ahead
        if word == "not":
            self.advance()
            return Not(self.single())
        if word == "(":
            self.advance()
            inner = self.either()
            if self.ahead != ")":
                raise self.fault("a closing bracket")
            self.advance()
            return inner
        if word is None or word == ")" or word in WORDS:
            raise self.fault("a name")
        self.advance()
        return Atom(word)


def value(expr: Expr, of: Lookup, memo: Memo | None = None) -> Truth:
    """The truth of a condition, given the truth of each fact.

    `memo` remembers what parts that several conditions share came to, as in `trace`.
    It holds each part, too, so that no other one gets its id.
    """
    memo = {} if memo is None else memo
    known = memo.get(id(expr))
    if known is None:
        known = memo[id(expr)] = expr, _value(expr, of, memo)
    return known[1]


def _value(expr: Expr, of: Lookup, memo: Memo) -> Truth:
    if isinstance(expr, Atom):
        return of(expr.name)
    if isinstance(expr, Not):
        return OPPOSITE[value(expr.part, of, memo)]
    decisive = Truth.NO if isinstance(expr, All) else Truth.YES
    result = OPPOSITE[decisive]
    for part in expr.parts:
        truth = value(part, of, memo)
        if truth is decisive:
            return decisive
        if truth is Truth.UNKNOWN:
            result = Truth.UNKNOWN
    return result


def names(expr: Expr) -> Iterator[str]:
    """Every name in a condition, in the order of writing."""
    if isinstance(expr, Atom):
        yield expr.name
    elif isinstance(expr, Not):
        yield from names(expr.part)
    else:
        for part in expr.parts:
            yield from names(part)


def parts(expr: Expr) -> Iterator[Expr]:
    """A condition and everything that it is made of."""
    yield expr
    inner = (expr.part,) if isinstance(expr, Not) else getattr(expr, "parts", ())
    for part in inner:
        yield from parts(part)


def replaced(expr: Expr, meanings: Mapping[str, Expr]) -> Expr:
    """The condition with each name that has a meaning replaced by it.

    What reads the same becomes one object, so that whoever remembers the outcome of a
    part by its identity weighs it once, in however many conditions it stands.
    """
    if isinstance(expr, Atom):
        return meanings.get(expr.name) or shared(expr)
    if isinstance(expr, Not):
        made: Expr = Not(replaced(expr.part, meanings))
    else:
        parts = tuple(replaced(part, meanings) for part in expr.parts)
        made = type(expr)(parts, expr.strict)
    return shared(made)


def shared(expr: Expr) -> Expr:
    """The one object that stands for all conditions that read the same."""
    return _SHARED.setdefault(expr, expr)


_SHARED: dict[Expr, Expr] = {}


class Trace(NamedTuple):
    """A condition with the facts behind it.

    `reasons`: the known facts that made it what it is; where one part decided an `and`
    or `or`, the facts of that part. `open`: the unknown facts on which it still hangs.
    """

    truth: Truth
    reasons: tuple[str, ...]
    open: tuple[str, ...]


def trace(expr: Expr, of: Lookup, memo: dict[int, Trace]) -> Trace:
    """The truth of a condition, and why.

    `memo` remembers what parts that several conditions share came to; use one for all
    conditions that are asked with the same facts.
    """
    known = memo.get(id(expr))
    if known is None:
        known = memo[id(expr)] = _trace(expr, of, memo)
    return known


@cache
def _alone(name: str, truth: Truth) -> Trace:
    unknown = truth is Truth.UNKNOWN
    return Trace(truth, () if unknown else (name,), (name,) if unknown else ())


def _trace(expr: Expr, of: Lookup, memo: dict[int, Trace]) -> Trace:
    if isinstance(expr, Atom):
        return _alone(expr.name, of(expr.name))
    if isinstance(expr, Not):
        inner = trace(expr.part, of, memo)
        return Trace(OPPOSITE[inner.truth], inner.reasons, inner.open)
    decisive = Truth.NO if isinstance(expr, All) else Truth.YES
    truth = OPPOSITE[decisive]
    reasons: list[str] = []
    still_open: list[str] = []
    for part in expr.parts:
        # Looked up here as well: most parts are known, and a call costs more.
        inner = memo.get(id(part)) or trace(part, of, memo)
        came_to, because, hanging = inner
        if came_to is decisive:
            return inner
        if came_to is Truth.UNKNOWN:
            truth = Truth.UNKNOWN
        reasons += because
        still_open += hanging
    return Trace(truth, tuple(reasons), tuple(still_open))
