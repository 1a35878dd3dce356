"""The catalogue of duties as a page shows it: whom a row names, when, at what cost."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from governance.law.duties_data import Crosswalk, DutyRow, Tier
from governance.law.duties_load import catalogue
from governance.law.limit import Limit, limits
from governance.law.model import Start

NATURES = {
    "duty": gettext_lazy("Duty"),
    "right": gettext_lazy("Right"),
    "permission": gettext_lazy("Permission"),
    "option": gettext_lazy("Option"),
    "relief": gettext_lazy("Relief"),
    "voluntary": gettext_lazy("Voluntary"),
    "scope_rule": gettext_lazy("Rule of scope"),
}
ROUTES = {
    "": "",
    "annex_iii": gettext_lazy("systems of Annex III"),
    "annex_i_a": gettext_lazy("products of Annex I, Section A"),
    "annex_i_b": gettext_lazy("products of Annex I, Section B"),
}
FRAMEWORKS = (
    ("iso_42001", "ISO/IEC 42001"),
    ("nist_ai_rmf", "NIST AI RMF"),
    ("gdpr", "GDPR"),
)
STRENGTHS = {
    "strong": gettext_lazy("strong"),
    "partial": gettext_lazy("partial"),
    "weak": gettext_lazy("weak"),
    "none": gettext_lazy("none"),
}


@dataclass(frozen=True, slots=True)
class When:
    """From when a row applies by one way to high-risk; "" where there is one way."""

    way: str
    start: Start
    begun: bool


@dataclass(frozen=True, slots=True)
class Beside:
    """Where another framework asks for the like, and how strong the likeness is."""

    framework: str
    strength: str
    where: str
    caveat: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A row of the catalogue in one edition."""

    row: DutyRow
    says: str
    nature: str
    bearers: str
    when: Sequence[When]
    tier: Tier | None
    cost: str
    beside: Sequence[Beside]
    time_limits: Sequence[Limit]


def shown(
    *, role: str, edition: str, on: date, words: str = "", nature: str = ""
) -> list[Shown]:
    """The rows that name a role ("" for all), in one edition, that hold the words."""
    wanted = words.casefold()
    return [
        _shown(row, edition, on)
        for row in catalogue().rows
        if edition in row.logic
        and (not role or role in row.bearers)
        and (not nature or nature == row.nature)
        and wanted in _text(row, edition)
    ]


def _text(row: DutyRow, edition: str) -> str:
    said = (row.citation, row.title, row.term, row.says[edition], row.id)
    return " ".join(said).casefold()


def _shown(row: DutyRow, edition: str, on: date) -> Shown:
    data = catalogue()
    tier = data.tiers.get(row.penalty)
    counted = tier if tier is None or edition in tier.editions else None
    known = limits()
    return Shown(
        row=row,
        says=row.says[edition],
        nature=str(NATURES[row.nature]),
        bearers=", ".join(data.roles[name].title for name in row.bearers),
        when=list(_when(row, edition, on)),
        tier=counted or (data.tiers["national"] if row.penalty else None),
        cost=_cost(counted),
        beside=[each for cw in row.crosswalk for each in _beside(cw)],
        time_limits=[known[name] for name in row.deadlines if name in known],
    )


def _when(row: DutyRow, edition: str, on: date) -> Iterator[When]:
    """Each way to high-risk with its day; ways that share their day stand together."""
    data = catalogue()
    ways = data.by_route.get(row.applies, {"": row.applies})
    days: dict[str, list[str]] = {}
    for way, name in ways.items():
        days.setdefault(name, []).append(str(ROUTES.get(way, way)))
    for name, together in days.items():
        start = data.dated.starts[name].get(edition)
        if start is not None:
            yield When(", ".join(filter(None, together)), start, start.day <= on)


def _cost(tier: Tier | None) -> str:
    """The limits of a fine in words, with the rule for small firms."""
    if tier is None or tier.eur is None:
        return _("The Union names no amount: the rules of the Member State decide.")
    facts = {"eur": f"{tier.eur:,}", "percent": tier.percent}
    said = _("Up to EUR %(eur)s or %(percent)s %% of worldwide turnover, whichever is "
             "higher.") % facts  # fmt: skip
    if tier.percent is None:
        said = _("Up to EUR %(eur)s.") % facts
    lower = [
        name
        for name, rule in (
            (_("small and medium-sized enterprises"), tier.sme),
            (_("small mid-caps"), tier.small_mid_cap),
        )
        if rule == "lower"
    ]
    if lower and tier.percent is not None:
        who = _(" and ").join(lower)
        said += " " + _("For %(who)s whichever is lower.") % {"who": who}
    return said


def _beside(found: Crosswalk) -> Iterator[Beside]:
    for name, framework in FRAMEWORKS:
        told: Mapping[str, Any] = getattr(found, name)
        strength = str(told.get("strength", "none"))
        yield Beside(
            framework=framework,
            strength=str(STRENGTHS.get(strength, strength)),
            where=", ".join(told.get("where", ())),
            caveat=found.caveat,
        )
