"""The timeline as a page shows it: what each edition says of each date."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from governance.law.model import Edition
from governance.law.timeline import Entry, timeline

KINDS = {
    "application": gettext_lazy("Starts to apply"),
    "transition": gettext_lazy("Transition for what was there before"),
    "deliverable": gettext_lazy("Others must deliver"),
    "review": gettext_lazy("Review by the Commission"),
    "history": gettext_lazy("History"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """What one edition says of a date; `days` empty: the date is not in it."""

    edition: str
    days: Sequence[tuple[str, date]]


@dataclass(frozen=True, slots=True)
class Row:
    """One dated change, edition by edition. `differs`: the amendment moved it."""

    entry: Entry
    kind: str
    said: Sequence[Said]
    differs: bool


def rows(editions: Sequence[Edition], kind: str = "", edition: str = "") -> list[Row]:
    """The dated changes of a kind, or all, with what each edition says of them."""
    shown = [e for e in editions if edition in ("", e.id)]
    return [
        Row(
            entry=entry,
            kind=str(KINDS[entry.kind]),
            said=[
                Said(
                    _("Text of %(year)s") % {"year": e.in_force_from.year},
                    list(_named(entry.editions.get(e.id, {}))),
                )
                for e in shown
            ],
            differs=entry.changed,
        )
        for entry in timeline(edition or None)
        if kind in ("", entry.kind)
    ]


def _named(days: Mapping[str, date]) -> Iterator[tuple[str, date]]:
    words = {
        "from": "",
        "later": _("by another reading; not settled"),
        "cutoff": _("on the market or in service before this day"),
        "until": _("time until this day"),
        "public_by": _("at the latest, for public authorities"),
    }
    for name, day in days.items():
        yield words[name], day
