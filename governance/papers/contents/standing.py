"""How an operator stands with a document today: what the law asks, what there is."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import orjson
from django.utils.translation import gettext as _

from governance.circumstances.selectors import Acting, acting_for, acting_on
from governance.classification.contents.interview import readable
from governance.classification.models import Classification
from governance.classification.selectors import standing, standing_for
from governance.law.duties import State
from governance.law.elements import outline
from governance.law.load import edition_on
from governance.law.words import day
from governance.papers.contents.values import (
    Basis,
    Change,
    Fact,
    Kind,
    Notice,
    changes,
)
from governance.papers.models import Paper
from governance.papers.selectors import Versions, of_system, versions_of
from registry.documents.models import Document
from registry.operators.models import Operator
from registry.systems.access import Caller
from registry.systems.models import AISystem

DONE = (Paper.State.APPROVED, Paper.State.PROPOSED)


@dataclass(frozen=True, slots=True)
class Standing:
    """How one operator's document stands on a day, with what the law says of it."""

    operator: Operator
    law: Any
    versions: Versions
    notices: list[Notice]
    changes: list[Change]
    since: date | None


def law_for(
    kind: Kind, classified: Classification | None, acting: Acting, today: date
) -> Any:
    """What the law room says of an operator; None while nothing is classified."""
    if classified is None:
        return None
    answers = orjson.dumps(readable(classified.answers), option=orjson.OPT_SORT_KEYS)
    flags = tuple(sorted(acting.flags.items()))
    return _law(kind.ask, answers, acting.roles, flags, today)


@lru_cache(maxsize=512)
def _law(
    ask: Callable[..., Any],
    answers: bytes,
    roles: tuple[str, ...],
    flags: tuple[tuple[str, str], ...],
    today: date,
) -> Any:
    """Pure, and asked by each page: the same question has one answer."""
    return ask(orjson.loads(answers), roles, today, flags=dict(flags))


def basis_of(kind: Kind, system: AISystem, operator: Operator, today: date) -> Basis:
    """What is asked of the operator today, with the facts of the register."""
    classified = standing(system)
    acting = [a for a in acting_on(system, today) if a.operator == operator]
    law = law_for(kind, classified, acting[0], today) if acting else None
    return _basis(kind, law, kind.facts(system, classified, today), today)


def standings(
    kind: Kind, system: AISystem, reader: Caller, today: date
) -> list[Standing]:
    """Each of ours whose document it is, and who has one from before, by name."""
    classified = standing(system)
    rows = list(of_system(kind.model, system, reader).prefetch_related(*kind.prefetch))
    named = [a for a in acting_on(system, today) if kind.role in a.roles]
    before = {row.operator for row in rows} - {a.operator for a in named}
    every = [*named, *(Acting(operator, (), {}) for operator in before)]
    facts = kind.facts(system, classified, today) if rows else ()
    since, old = kind.since(system, today), _outdated(rows, today)
    found = []
    for each in sorted(every, key=lambda each: each.operator.name):
        law = law_for(kind, classified, each, today)
        versions, began = versions_of(rows, each.operator), since(each.operator)
        notices = [*kind.notices(law, versions, began), *_old(versions.counts, old)]
        basis = _basis(kind, law, facts, today)
        changed = changes(versions.counts, basis) if versions.counts else []
        found.append(Standing(each.operator, law, versions, notices, changed, began))
    return found


def _outdated(rows: Iterable[Any], today: date) -> Mapping[str, Document]:
    """The evidence of approved versions that speaks of a time which is over."""
    named = {
        document["id"]
        for row in rows
        if row.state == Paper.State.APPROVED
        for element in row.frozen["elements"]
        for document in element["evidence"]
    }
    past = Document.objects.filter(pk__in=named, covers_until__lt=today)
    return {str(document.pk): document for document in past} if named else {}


def _old(counts: Any, old: Mapping[str, Document]) -> Iterator[Notice]:
    """Elements of the version that counts whose evidence is out of date."""
    for element in counts.frozen["elements"] if counts else ():
        for document in element["evidence"]:
            found = old.get(document["id"])
            if found and found.covers_until:
                text = _("%(element)s may be out of date: its evidence “%(title)s” "
                         "covers the time until %(day)s.")  # fmt: skip
                said = {
                    "element": element["title"],
                    "title": found.title,
                    "day": day(found.covers_until),
                }
                yield Notice("attention", text % said)


def _basis(kind: Kind, law: Any, facts: tuple[Fact, ...], today: date) -> Basis:
    if law is None:
        plain = (e.worded(edition_on(today)) for e in outline(kind.room).elements)
        said = {"on": today.isoformat(), "answer": _("Not established.")}
        asked = tuple(each for each in plain if not each.fact)
        return Basis(asked, (*facts, *kind.answered(None)), said)
    said = {
        "on": law.on.isoformat(),
        "edition": law.edition,
        "rules": law.rules,
        "state": str(law.state),
        "answer": law.answer,
    }
    return Basis(law.elements, (*facts, *kind.answered(law)), said)


def lacking(
    kind: Kind, systems: Iterable[AISystem], today: date
) -> Iterator[tuple[AISystem, Operator, Any]]:
    """Who owes a document and has none approved or waiting; five queries for all."""
    known = {system.pk: system for system in systems}
    have = set(
        kind.model.objects.filter(system__in=known, state__in=DONE)
        .values_list("system", "operator")
    )  # fmt: skip
    acting = acting_for(known.values(), today)
    for pk, classified in standing_for(known.values()).items():
        system = known[pk]
        for each in acting.get(system.pk, ()):
            if (system.pk, each.operator.pk) in have or kind.role not in each.roles:
                continue
            law = law_for(kind, classified, each, today)
            if law.state in (State.BINDS, State.LATER):
                yield system, each.operator, law
