"""What the names of a condition of a duty mean, in words, and where the law says so."""

from __future__ import annotations

from functools import cache

from governance.law.duties_load import catalogue
from governance.law.load import law
from governance.law.model import Kind, Provision
from governance.law.verdict import Missing
from governance.law.words import NAMES

OF_FINDINGS = frozenset({"kind", "route", "point", "exempt", "finding"})
ROUTE_NAMES = {
    "annex_iii": "High-risk by Annex III",
    "annex_i_a": "High-risk by Annex I, Section A",
    "annex_i_b": "High-risk by Annex I, Section B",
}


@cache
def provision(id_: str) -> Provision:
    """The provision with that id."""
    return next(item for item in law().provisions if item.id == id_)


@cache
def wording(atom: str) -> tuple[str, str]:
    """What a name of a condition means, and where the law says so."""
    head, _, rest = atom.partition(".")
    if head in OF_FINDINGS:
        return _of_finding(head, rest)
    if head == "role":
        role = catalogue().roles[rest]
        return role.title, role.citation
    question = catalogue().flags[rest] if head == "flag" else law().questions[head]
    return question.text, question.citation


def _of_finding(head: str, rest: str) -> tuple[str, str]:
    if head == "kind":
        return NAMES[Kind(rest)], ""
    if head == "route":
        return ROUTE_NAMES[rest], "Art. 6"
    if head == "exempt":
        return f"Exempt: Annex III, point {rest}", f"Art. 6(3), Annex III, point {rest}"
    if head == "point":
        return f"High-risk by Annex III, point {rest}", f"Annex III, point {rest}"
    item = provision(rest.replace("_", "-"))
    return item.title, item.citation.full


@cache
def unknown(atom: str) -> Missing:
    """The fact that a flag or a question would settle."""
    head, _, rest = atom.partition(".")
    question = catalogue().flags[rest] if head == "flag" else law().questions[head]
    return Missing(atom if head == "flag" else head, question.text, question.who_knows)
