"""Snapshots: what was derived for each classification that counts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from governance.circumstances.selectors import acting_for
from governance.classification.models import Classification
from governance.law_changes.contents.derive import (
    bearers_of,
    derive,
    lines_of,
    rules_now,
)
from governance.law_changes.contents.why import newest_change
from governance.law_changes.models import Snapshot
from governance.law_changes.selectors import unsnapped
from registry.people.models import Organisation

# LIMIT: of one ring; the next ring takes the rest.
MOST = 500
WRITTEN = [
    "classification", "rules", "known", "edition", "on", "bearers", "findings",
    "duties", "taken_at",
]  # fmt: skip


def take_snapshots(organisation: Organisation, at: datetime) -> int:
    """Keep what was derived for each classification that counts and has none yet.

    The findings are those that were approved. Duties follow by the same law, unless its
    data have changed since: then they are not known, and nothing is made up.
    """
    wanted = unsnapped(organisation)[:MOST]
    rows = list(Classification.objects.filter(pk__in=wanted).select_related("system"))
    acting = acting_for([row.system for row in rows], timezone.localdate(at))
    made = [
        _first_snapshot(row, bearers_of(acting.get(row.system_id, [])), at)
        for row in rows
    ]
    keep(made)
    return len(made)


def keep(rows: Sequence[Snapshot]) -> None:
    """Write snapshots, each in the place of the one that its system had."""
    # ORDER: two that write some of the same rows never wait for each other in a ring.
    in_turn = sorted(rows, key=lambda row: row.system_id)
    Snapshot.objects.bulk_create(
        in_turn, update_conflicts=True, unique_fields=["system"], update_fields=WRITTEN
    )


def _first_snapshot(
    row: Classification, bearers: list[dict[str, Any]], at: datetime
) -> Snapshot:
    provisions, _, catalogue = rules_now().partition("-")
    of_now = row.verdict["rules"] == provisions
    found = derive(row.answers, bearers, row.on, row.edition) if of_now else None
    return Snapshot(
        system=row.system,
        classification=row,
        rules=f"{row.verdict['rules']}-{catalogue if of_now else ''}",
        known=newest_change() if of_now else "",
        edition=row.edition,
        on=row.on,
        bearers=bearers,
        findings=lines_of(row.verdict),
        duties=found.duties if found else None,
        taken_at=at,
    )
