"""What a breach can cost, in words, and which finding brings it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from governance.circumstances.selectors import Acting
from governance.law.duties import owed
from governance.law.duties_penalty import Penalty
from governance.law.exposure import exposure
from governance.law.verdict import Verdict


def costs_of(
    verdict: Verdict, answers: Mapping[str, Any], acting: list[Acting]
) -> dict[str, list[str]]:
    """What the duties behind each finding can cost our operators, by its id."""
    found: dict[str, list[str]] = {}
    for each in acting:
        told = exposure(owed(verdict, answers, each.roles, each.flags))
        for finding, tiers in told.items():
            for tier in _together(tiers):
                line = cost_words(tier)
                if len(acting) > 1:
                    line = f"{each.operator.name}: {line}"
                found.setdefault(finding, []).append(line)
    return found


def _together(tiers: Iterable[Penalty]) -> Iterator[Penalty]:
    """Tiers that cost the same as one, with all their citations."""
    same: dict[tuple[object, ...], list[Penalty]] = {}
    for tier in tiers:
        title = "" if tier.eur else tier.title
        same.setdefault((tier.eur, tier.percent, tier.limit, title), []).append(tier)
    for alike in same.values():
        cited = dict.fromkeys(tier.citation for tier in alike)
        yield replace(alike[0], citation=", ".join(cited))


def cost_words(penalty: Penalty | None) -> str:
    """What a breach can cost; amounts only where the Act itself names the duty."""
    if penalty is None:
        return ""
    if penalty.eur is None:
        return _("The Act names no amount. %(title)s (%(citation)s).") % {
            "title": penalty.title,
            "citation": penalty.citation,
        }
    amounts = {"eur": f"{penalty.eur:,}", "percent": penalty.percent}
    if penalty.percent is None:
        said = _("Up to EUR %(eur)s") % amounts
    else:
        said = _("Up to EUR %(eur)s or %(percent)s %% of the worldwide annual turnover")
        said = said % amounts
    limit = {
        "higher": _("whichever is higher"),
        "lower": _("whichever is lower, as for a small enterprise or small mid-cap"),
        "not_established": _(
            "whichever is higher, or for a small enterprise or small mid-cap the "
            "lower: which of them you are is not established"
        ),
    }.get(penalty.limit, "")
    said = f"{said}, {limit}" if limit else said
    return f"{said} ({penalty.citation}). {penalty.note}".strip()
