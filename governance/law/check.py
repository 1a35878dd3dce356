"""What the data must satisfy before a single verdict may rest on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from governance.law.facts import sources
from governance.law.logic import ConditionInvalid, Expr, names, parse, parsed
from governance.law.model import FULL, SCREENING, Kind, Law, Question

ROLES = "our_roles"
CITED = frozenset({"term", "provision", "question", "transition", "consequence"})
KINDS = frozenset({"yes_no", "choice", "multi", "date"})
STATUS = frozenset({"draft"})
EXCEPTION = frozenset({"id", "citation", "logic", "says"})
# Kinds of entry with a column (a table of its own) for each edition.
COLUMNS = frozenset({"date", "transition"})
KEYS = {
    "edition": "id title in_force_from",
    "date": "id title",
    "transition": "id citation routes only_if says design_change",
    "term": "id citation logic logic_in",
    "provision": "id kind citation short title says within route applies bearers "
    "editions logic logic_in exceptions disputed_if dispute guidance lawful_if "
    "derogation in_order",
    "consequence": "of citation text applies logic editions",
    "question": "id kind text help example_inside example_outside citation who_knows "
    "choices assume gate asked asked_with presume assume_if stage guidance",
}


class LawDataInvalid(ValueError):
    """The data is wrong; says in which file, at which entry, and what."""

    def __init__(self, file: str, entry: str, what: str) -> None:
        super().__init__(f"{file}.toml, {entry}: {what}")


def check_keys(kind: str, file: str, row: Mapping[str, Any]) -> None:
    """Raise LawDataInvalid when an entry has a field that its kind does not know."""
    entry = str(row.get("id", row.get("citation", "-")))
    if kind not in KEYS:
        raise LawDataInvalid(file, entry, f"[[{kind}]] is no kind of entry")
    columns = {key for key in row if kind in COLUMNS and isinstance(row[key], dict)}
    unknown = sorted(set(row) - set(KEYS[kind].split()) - columns)
    if unknown:
        raise LawDataInvalid(file, entry, f"no {kind} has the fields {unknown}")


def check(law: Law, rows: Sequence[tuple[str, str, Mapping[str, Any]]]) -> None:
    """Raise LawDataInvalid at the first fault of the data."""
    _ids_and_citations(rows)
    _editions(law, rows)
    if law.source.status_unknown_after is None:
        raise LawDataInvalid("dates", "source", "does not say where the sources stop")
    _nothing_before_its_edition(law)
    _exceptions(rows)
    for kind, file, row in rows:
        entry = str(row.get("id", row.get("citation", "-")))
        if kind in ("provision", "consequence"):
            _dates(law, file, entry, row)
        if kind == "provision":
            _names_known(law, file, entry, row)
        if kind == "question":
            _question(file, law.questions[entry])
            _asked_with(law, file, law.questions[entry])
    known = frozenset(_atoms(law))
    for what, expr in _conditions(law):
        unknown = sorted(set(names(expr)) - known)
        if unknown:
            raise LawDataInvalid("*", what, f"names unknown facts: {unknown}")


def _editions(law: Law, rows: Sequence[tuple[str, str, Mapping[str, Any]]]) -> None:
    days = [edition.in_force_from for edition in law.editions]
    if days != sorted(set(days)):
        raise LawDataInvalid("dates", "edition", "editions must follow each other")
    known = {edition.id for edition in law.editions}
    for _, file, row in rows:
        strangers = sorted(_named_editions(row) - known)
        if strangers:
            entry = str(row.get("id", "-"))
            raise LawDataInvalid(file, entry, f"no edition is called {strangers}")


def _nothing_before_its_edition(law: Law) -> None:
    """What an edition brings cannot apply before that edition is in force."""
    for item in law.provisions:
        first = next(e for e in law.editions if e.id in item.logic)
        start = law.starts.get(item.applies, {}).get(first.id)
        if start and first is not law.editions[0] and start.day < first.in_force_from:
            what = f"applies before {first.id}, which brings it, is in force"
            raise LawDataInvalid("dates", item.id, what)


def _named_editions(row: Mapping[str, Any]) -> set[str]:
    columns = {key for key in row if isinstance(row[key], dict)}
    columns -= {"logic_in", "guidance"}
    return columns | set(row.get("logic_in", ())) | set(row.get("editions", ()))


def _ids_and_citations(rows: Sequence[tuple[str, str, Mapping[str, Any]]]) -> None:
    seen: set[tuple[str, str]] = set()
    for kind, file, row in rows:
        entry = str(row.get("id", "-"))
        if kind in CITED and not row.get("citation"):
            raise LawDataInvalid(file, entry, "has no citation")
        if "id" in row and (kind, entry) in seen:
            raise LawDataInvalid(file, entry, "stands there twice")
        seen.add((kind, entry))


def _exceptions(rows: Sequence[tuple[str, str, Mapping[str, Any]]]) -> None:
    """Each exception is a leaf of its own: named once, cited, and said in words."""
    seen: set[str] = set()
    for _, file, row in rows:
        for item in row.get("exceptions", ()):
            entry = str(item.get("id", row["id"]))
            if set(item) != EXCEPTION or not all(item.values()):
                raise LawDataInvalid(
                    file, entry, f"an exception has {sorted(EXCEPTION)}"
                )
            if entry in seen:
                raise LawDataInvalid(file, entry, "stands there twice")
            seen.add(entry)


def _atoms(law: Law) -> Iterable[str]:
    yield from law.terms
    yield from (f"kind.{kind}" for kind in Kind)
    for question in law.questions.values():
        if question.kind == "yes_no":
            yield question.id
        for choice in question.choices:
            yield f"{question.id}.{choice.id}"


def _conditions(law: Law) -> Iterable[tuple[str, Expr]]:
    for term, meanings in law.terms.items():
        yield from ((term, expr) for expr in meanings.values())
    for item in law.provisions:
        yield from ((item.id, expr) for expr in item.logic.values())
        yield from ((item.id, expr) for expr in item.disputed_if.values())
    for transition in law.transitions:
        yield transition.id, transition.only_if
    for group in law.consequences.values():
        for consequence in group:
            for expr in (consequence.logic or {}).values():
                yield consequence.citation, expr
    yield from _conditions_of_questions(law)


def _conditions_of_questions(law: Law) -> Iterable[tuple[str, Expr]]:
    for question in law.questions.values():
        texts = filter(None, (question.asked_with, question.assume_if))
        yield from ((question.id, parsed(text)) for text in texts)


def _names_known(law: Law, file: str, entry: str, row: Mapping[str, Any]) -> None:
    within, lawful = row.get("within", ""), row.get("lawful_if", "")
    if within and within not in law.terms:
        raise LawDataInvalid(file, entry, f"no term is called {within!r}")
    if lawful and lawful not in law.questions:
        raise LawDataInvalid(file, entry, f"no question is called {lawful!r}")
    roles = {choice.id for choice in law.questions[ROLES].choices}
    strangers = sorted(set(row["bearers"]) - roles)
    if strangers:
        raise LawDataInvalid(file, entry, f"bearers: no role is called {strangers}")
    if row.get("guidance", "draft") not in STATUS:
        raise LawDataInvalid(file, entry, f"guidance is one of {sorted(STATUS)}")
    if row.get("disputed_if") and not row.get("dispute"):
        raise LawDataInvalid(file, entry, "says when it is disputed, but not why")


def _dates(law: Law, file: str, entry: str, row: Mapping[str, Any]) -> None:
    start = law.starts.get(row["applies"])
    if start is None:
        raise LawDataInvalid(file, entry, f"no date is called {row['applies']!r}")
    standing = row.get("editions", [edition.id for edition in law.editions])
    gaps = sorted(set(standing) - set(start))
    if gaps:
        raise LawDataInvalid(file, entry, f"{row['applies']} has no date for {gaps}")
    unnamed = [edition for edition in standing if not start[edition].citation]
    if unnamed:
        raise LawDataInvalid("dates", row["applies"], f"no citation for {unnamed}")


def _question(file: str, question: Question) -> None:
    texts = (question.text, question.help, question.example_inside)
    if not all((*texts, question.example_outside, question.who_knows)):
        raise LawDataInvalid(file, question.id, "lacks a text")
    if question.kind not in KINDS:
        raise LawDataInvalid(file, question.id, f"kind must be one of {sorted(KINDS)}")
    if (question.kind in ("choice", "multi")) is not bool(question.choices):
        raise LawDataInvalid(file, question.id, "choices do not fit its kind")
    _presumed(file, question)
    ids = {choice.id for choice in question.choices}
    strangers = sorted({choice.also for choice in question.choices} - ids - {""})
    if strangers:
        raise LawDataInvalid(file, question.id, f"no choice is called {strangers}")
    said = question.guidance
    if said and (said.status not in STATUS or said.otherwise not in ("yes", "no")):
        raise LawDataInvalid(file, question.id, f"guidance is one of {sorted(STATUS)}")


def _presumed(file: str, question: Question) -> None:
    if question.assume not in (None, "yes", "no"):
        raise LawDataInvalid(file, question.id, "assume must be yes or no")
    if question.stage not in (SCREENING, FULL):
        raise LawDataInvalid(file, question.id, "stage must be screening or full")
    if (question.presume or question.assume_if) and question.assume is None:
        raise LawDataInvalid(file, question.id, "presumes, but has no assume")


def _asked_with(law: Law, file: str, question: Question) -> None:
    """A fact asked with others: what asks for it is one question of choices."""
    for text in (question.asked_with, question.assume_if):
        try:
            if text:
                parse(text)
        except ConditionInvalid as fault:
            raise LawDataInvalid(file, question.id, str(fault)) from fault
    asking = sources(question.asked_with)
    if not asking:
        return
    known = law.questions.get(asking[0])
    if len(asking) > 1 or question.kind != "yes_no" or known is None:
        raise LawDataInvalid(file, question.id, "is asked with no single question")
    if known.asked_with or not known.choices:
        raise LawDataInvalid(file, question.id, f"{known.id} has no choices for it")
