"""Moves in words: what was, what is, and why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from governance.classification.contents.days import both
from governance.classification.contents.words import edition_title
from governance.law.changelog import Change
from governance.law.load import law
from governance.law_changes.contents.compare import FINDING, Move, Side
from governance.law_changes.contents.why import Since, entries, naming

CHANGES = {
    "appears": gettext_lazy("New"),
    "goes": gettext_lazy("No longer"),
    "kind": gettext_lazy("Of another kind"),
    "confidence": gettext_lazy("Otherwise established"),
    "date": gettext_lazy("Another date"),
}
TONES = {
    "appears": "attention",
    "goes": "info",
    "kind": "attention",
    "confidence": "attention",
    "date": "info",
}
KINDS = {
    "prohibited_practice": gettext_lazy("prohibited practice"),
    "high_risk": gettext_lazy("high-risk"),
    "high_risk_derogated": gettext_lazy("high-risk, exempt under Art. 6(3)"),
    "section_b_limited": gettext_lazy("high-risk through Annex I, Section B"),
    "not_permitted_by_other_law": gettext_lazy("not permitted by other law"),
    "transparency_obligation": gettext_lazy("transparency"),
    "gpai_model": gettext_lazy("general-purpose AI model"),
    "gpai_systemic_risk": gettext_lazy("model with systemic risk"),
    "out_of_scope": gettext_lazy("out of scope"),
    "not_ai_system": gettext_lazy("no AI system"),
}
CONFIDENCES = {
    "established": gettext_lazy("established"),
    "not_established": gettext_lazy("not established"),
    "disputed": gettext_lazy("open to dispute"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """A move as a page tells it, with the number of systems that it concerns.

    `why` are the entries of the changelog that are behind it; where none can be told
    from the others, `perhaps` are those of which one is.
    """

    move: Move
    change: str
    tone: str
    before: str
    after: str
    why: Sequence[Change]
    perhaps: Sequence[Change]
    systems: int


@dataclass(frozen=True, slots=True)
class Account:
    """What moves: findings, and the duties that follow.

    `entries` stand in the changelog between before and now. `dark`: of some system it
    is not known by which data it stood before.
    """

    findings: Sequence[Told]
    duties: Sequence[Told]
    entries: Sequence[Change]
    dark: bool


def told(
    rows: Iterable[tuple[Mapping[str, Any], int]], since: Iterable[Since], now: Since
) -> Account:
    """Moves in words, findings apart from duties; each with its number of systems."""
    before = list(since)
    found = entries(before, now)
    every = [(Move.from_json(row), count) for row, count in rows]
    findings = [_told(move, n, found, found) for move, n in every if is_finding(move)]
    # A duty that no entry names moves with the findings that move.
    of_findings = {change.id for each in findings for change in each.why}
    perhaps = [change for change in found if change.id in of_findings] or found
    return Account(
        findings=findings,
        duties=[_told(move, n, found, perhaps) for move, n in every
                if not is_finding(move)],
        entries=found,
        dark=any(not each.known and each.rules != now.rules for each in before),
    )  # fmt: skip


def is_finding(move: Move) -> bool:
    return move.what == FINDING


def reasons(since: Iterable[Since], now: Since) -> list[str]:
    """Why anything can move at all: another edition, other data."""
    before = list(since)
    found = [
        _edition(edition, now.edition)
        for edition in dict.fromkeys(each.edition for each in before)
        if edition != now.edition
    ]
    if any(each.rules != now.rules for each in before):
        found.append(_("The law's data were changed."))
    return found


def _edition(before: str, after: str) -> str:
    [began] = [e.in_force_from for e in law().editions if e.id == after]
    return _(
        "Since %(day)s the law is “%(after)s”; it was assessed by “%(before)s”."
    ) % {
        "day": _day(began.isoformat()),
        "after": edition_title(after),
        "before": edition_title(before),
    }


def _told(
    move: Move, systems: int, found: Sequence[Change], perhaps: Sequence[Change]
) -> Told:
    why = naming(move, found) or (perhaps if len(perhaps) == 1 else [])
    return Told(
        move=move,
        change=str(CHANGES[move.change]),
        tone=TONES[move.change],
        before=_side(move.before),
        after=_side(move.after),
        why=why,
        perhaps=[] if why else perhaps,
        systems=systems,
    )


def _side(side: Side | None) -> str:
    """How it stands: confidence, kind, and both readings of the date."""
    if side is None:
        return _("nothing")
    first, later = (
        date.fromisoformat(text) if text else None
        for text in (side.applies_from, side.applies_from_later)
    )
    words = [str(CONFIDENCES.get(side.confidence, side.confidence))]
    if side.kind:
        words.insert(0, str(KINDS.get(side.kind, side.kind)))
    return f"{', '.join(words)}; {both(first, later)}"


def _day(text: str) -> str:
    return date_format(date.fromisoformat(text), "j M Y")
