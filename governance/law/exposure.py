"""What a breach of the duties that follow from a finding can cost.

A finding costs nothing by itself; the duties that it brings do (Art. 99 to 101, 75c).
So each finding is told the tiers of the duties that rest on it, the gravest first.
"""

from __future__ import annotations

from governance.law.duties import Duties, Duty
from governance.law.duties_penalty import Penalty
from governance.law.model import Kind
from governance.law.verdict import Finding, Json, plain

DUTY, NOT = "duty", "does_not_bind"
# They take duties away; a duty that hangs on them is not brought by them.
BRING_NONE = (Kind.NOT_AI, Kind.OUT_OF_SCOPE, Kind.SECTION_B)


def exposure(found: Duties) -> dict[str, tuple[Penalty, ...]]:
    """The tiers behind each finding, by its id, each tier once.

    A duty counts when it binds, will bind, or may bind while a fact is missing.
    """
    owed = [d for d in found.duties if d.nature == DUTY and d.state != NOT]
    return {item.id: _tiers(item, owed) for item in found.verdict.findings}


def costs(found: Duties) -> Json:
    """The same as plain values."""
    return plain(exposure(found))


def _tiers(finding: Finding, owed: list[Duty]) -> tuple[Penalty, ...]:
    if finding.kind in BRING_NONE:
        return ()
    names = _names(finding)
    tiers = {
        duty.penalty.citation: duty.penalty
        for duty in owed
        if duty.penalty and any(reason.fact in names for reason in duty.why)
    }
    return tuple(sorted(tiers.values(), key=lambda tier: -(tier.eur or 0)))


def _names(finding: Finding) -> set[str]:
    """How conditions of duties name a finding: its kind, itself, its point."""
    found = {f"kind.{finding.kind}", f"finding.{finding.provision.replace('-', '_')}"}
    if finding.provision.startswith("annex-iii-"):
        found.add(f"point.{finding.provision.split('-')[2]}")
    return found
