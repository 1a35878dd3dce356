"""Duties in words: what a breach can cost, other frameworks, evidence, the calendar."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from governance.classification.contents.days import put_off, second
from governance.law.duties_data import Crosswalk
from governance.law.duties_load import catalogue
from governance.law.facts import UNKNOWN
from governance.obligations.models import Obligation, Period

FRAMEWORKS = (
    ("iso_42001", "ISO/IEC 42001"),
    ("nist_ai_rmf", "NIST AI RMF"),
    ("gdpr", "GDPR"),
)


def role_words(role: str) -> str:
    """A role as the catalogue names it."""
    found = catalogue().roles.get(role)
    return found.title.partition(",")[0] if found else role.replace("_", " ")


def crosswalk_lines(rows: tuple[Crosswalk, ...]) -> list[dict[str, str]]:
    """Where other frameworks ask for the like, and how near that comes."""
    found = []
    for row in rows:
        for name, title in FRAMEWORKS:
            said: Mapping[str, Any] = getattr(row, name)
            where = said.get("where") or []
            found.append(
                {
                    "framework": title,
                    "strength": str(said.get("strength", "")).replace("_", " "),
                    "where": ", ".join(where) if isinstance(where, list | tuple)
                    else str(where),
                    "topic": row.title,
                    "caveat": row.caveat,
                }
            )  # fmt: skip
    return found


def link_address(link: Mapping[str, str], system_id: UUID) -> str:
    """Where a thing of the product that was named as evidence stands."""
    kind, known = link["kind"], link["id"]
    if kind == "classification":
        return reverse("classification:one", args=[system_id, known])
    if kind == "annex_text":
        version, _slash, leaf = known.partition("/")
        return reverse("documentation:leaf", args=[system_id, version, leaf])
    return reverse("dossiers:detail", args=[known])


def countdown(due: date | None, today: date) -> str:
    """How long until a day, or since."""
    if due is None:
        return ""
    days = (due - today).days
    if days == 0:
        return _("due today")
    if days < 0:
        return ngettext("overdue by %(n)s day", "overdue by %(n)s days", -days) % {
            "n": f"{-days:,}"
        }
    return ngettext("in %(n)s day", "in %(n)s days", days) % {"n": f"{days:,}"}


def day_words(day: date) -> str:
    """A day as the pages print it."""
    return date_format(day, "j M Y")


def waits(row: Obligation) -> bool:
    """Whether the second day of a duty is what Art. 111 may give, and no reading."""
    return put_off(row.applies_from, row.applies_from_later)


def second_from(row: Obligation) -> str:
    """The second day from which a duty applies, in words; "" where there is one."""
    days = row.applies_from, row.applies_from_later
    return second(*days) if days[0] != days[1] else ""


def other_day(period: Period) -> str:
    """The day beside the due day, by what it comes about; "" where there is one day."""
    row, later = period.obligation, period.due_later_on
    if period.due_on and period.due_basis == Period.Basis.LAW and waits(row):
        return second(row.applies_from, later)
    if later is None:
        return ""
    return _("by the other reading %(day)s") % {"day": day_words(later)}


def late_tone(period: Period) -> str:
    """How much it presses that a day has passed: less where it may be a later one."""
    return "attention" if other_day(period) else "danger"


def nature_words(nature: str) -> str:
    """What a row is that is no duty."""
    return {
        "right": _("a right"),
        "permission": _("a permission"),
        "relief": _("a relief"),
        "option": _("an option"),
        "voluntary": _("voluntary"),
        "scope_rule": _("a rule of scope"),
    }.get(nature, nature)


def rhythm_words(rhythm: str) -> str:
    """How often a duty falls."""
    return {
        "once": _("once"),
        "continuous": _("all the time"),
        "on_event": _("on an event"),
        "recurring": _("again and again"),
    }.get(rhythm, rhythm)


def answer_words(answer: str) -> str:
    """An answer of the law room in a sentence."""
    known = {"yes": _("yes"), "no": _("no"), UNKNOWN: _("not established")}
    return known.get(answer, answer)


def moment_words(text: str) -> str:
    """A day or a moment of the law room's JSON, as the pages print it."""
    if len(text) == 10:
        return date_format(date.fromisoformat(text), "j M Y")
    return date_format(datetime.fromisoformat(text), "j M Y H:i T")
