"""Why something moves: entries of the changelog that name it, its dates or facts."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from governance.law.changelog import Change, changes
from governance.law.duties_load import catalogue
from governance.law.load import law
from governance.law.logic import Expr, names
from governance.law_changes.contents.compare import FINDING, Move


@dataclass(frozen=True, slots=True)
class Since:
    """The law by which it stood: digest of the data, edition, newest change then."""

    rules: str
    edition: str
    known: str = ""
    on: date | None = None


def newest_change() -> str:
    """The newest entry of the changelog."""
    return changes()[-1].id


def entries(since: Iterable[Since], now: Since) -> list[Change]:
    """The changes between the laws of before and the law of now, the oldest first.

    Those of the law where its edition became another, those of the data that came
    after the newest that was known.
    """
    before = list(since)
    every = changes()
    places = {change.id: place for place, change in enumerate(every)}
    known = [places[each.known] for each in before if each.known in places]
    newer = min(known) + 1 if known else len(every)
    other_data = any(each.rules != now.rules for each in before)
    other_law = any(each.edition != now.edition for each in before)
    return [
        change
        for place, change in enumerate(every)
        if (change.kind == "data" and other_data and place >= newer)
        or (change.kind == "law" and other_law and change.edition == now.edition)
    ]


def naming(move: Move, found: Sequence[Change]) -> list[Change]:
    """The changes that name what moved; else those that name its dates or facts."""
    own = move.id if move.what == FINDING else f"duty.{move.id}"
    named = [each for each in found if own in each.ids]
    if named:
        return named
    touched = set(_touching(move))
    return [each for each in found if touched & set(each.ids)]


def _touching(move: Move) -> Iterator[str]:
    if move.what == FINDING:
        for provision in law().provisions:
            if provision.id == move.id:
                yield f"date.{provision.applies}"
                yield from _facts(provision.logic.values())
        return
    data = catalogue()
    for row in data.rows:
        if row.id == move.id:
            ways = data.by_route.get(row.applies, {"": row.applies})
            yield from (f"date.{name}" for name in ways.values())
            yield from _facts(row.logic.values())


def _facts(conditions: Iterable[Expr]) -> Iterator[str]:
    """Facts, terms and findings of conditions, as the changelog names them."""
    for condition in conditions:
        for name in names(condition):
            head, _, tail = name.partition(".")
            yield name
            yield tail.replace("_", "-") if head == "finding" else head
