"""What a breach can cost an organisation, and which of two limits counts for it.

Amounts of the Union only where Art. 99(3) to (5), 101 or 75c names the duty; the tier
of a row says so (`duties/penalties.toml`). All else: the rules of the Member State.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from governance.law.duties_data import DutyRow, Tier
from governance.law.duties_load import catalogue
from governance.law.duties_why import Case
from governance.law.logic import Truth

BY_ART_99 = "art-99-"
PUBLIC_BODY = (
    "Whether, and how far, a public authority or body can be fined is for its Member "
    "State to say (Art. 99(8))."
)
NATIONAL, AI_OFFICE, UNION_BODIES = "national", "art-75c-4", "art-100"


@dataclass(frozen=True, slots=True)
class Penalty:
    """What a breach can cost. `limit`: higher or lower of the two, or not established.

    `eur` None: the Union names no amount; the rules of the Member State decide.
    """

    citation: str
    title: str
    eur: int | None
    percent: int | None
    limit: str
    since: date
    note: str = ""


def penalty(name: str, case: Case) -> Penalty:
    """What a breach of a duty of that tier can cost, Art. 99 to 101 and 75c."""
    data, edition = catalogue(), case.verdict.edition
    tier = data.tiers[_tier(name, case)]
    public = case.flags.given("public_body") is Truth.YES
    note = PUBLIC_BODY if public and tier.id.startswith(BY_ART_99) else ""
    since = data.dated.starts[tier.applies][edition].day
    limit = _limit(tier, case) if tier.eur else ""
    return Penalty(
        tier.citation, tier.title, tier.eur, tier.percent, limit, since, note
    )


def tier_of(row: DutyRow, borne: Iterable[str]) -> str:
    """The tier of a row; another for those whom Art. 99 names for it by their own.

    Who is several of its bearers is told the one of the row itself.
    """
    if not row.penalty_as:
        return row.penalty
    own = {row.penalty_as.get(role, row.penalty) for role in borne}
    return own.pop() if len(own) == 1 else row.penalty


def _tier(name: str, case: Case) -> str:
    """The tier that counts: the row's own, or the one of a supervisor of its own."""
    tiers, edition = catalogue().tiers, case.verdict.edition
    if case.flags.given("union_body") is Truth.YES:
        return UNION_BODIES
    named = name if edition in tiers[name].editions else NATIONAL
    supervised = case.flags.given("ai_office_supervised") is Truth.YES
    if named == NATIONAL and supervised and edition in tiers[AI_OFFICE].editions:
        return AI_OFFICE
    return named


def _limit(tier: Tier, case: Case) -> str:
    """Whether amount or percentage is the limit: the lower or the higher of the two.

    Art. 99(6) for SMEs; Art. 99(6a), since 2026, for small mid-caps.
    """
    rules = {"sme": tier.sme}
    if case.verdict.edition in catalogue().tiers[AI_OFFICE].editions:
        rules["small_mid_cap"] = tier.small_mid_cap
    for flag, rule in rules.items():
        if case.flags.given(flag) is Truth.YES:
            return rule
    unsure = {r for f, r in rules.items() if case.flags.given(f) is Truth.UNKNOWN}
    return "not_established" if unsure - {"higher"} else "higher"
