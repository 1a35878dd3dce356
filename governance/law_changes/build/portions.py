"""One portion of a run: some systems compared, refreshed or given to a person."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import transaction

from audits.trail.services import SYSTEM, record
from governance.access.roles import PERMISSIONS
from governance.circumstances.selectors import acting_for
from governance.classification.access import ADD
from governance.classification.contents.interview import readable
from governance.classification.models import ClassificationDraft
from governance.law_changes.build.snapshots import keep
from governance.law_changes.contents.compare import FINDING, Move, moves
from governance.law_changes.contents.derive import (
    Derived,
    bearers_of,
    derive,
    rules_now,
)
from governance.law_changes.contents.why import newest_change
from governance.law_changes.models import LawMove, LawRun, LawRunPortion, Snapshot
from governance.law_changes.selectors import open_moves, people_with
from registry.people.models import Role


@dataclass(frozen=True, slots=True)
class Looked:
    """A system before and after, and what moved."""

    snapshot: Snapshot
    after: Derived
    moves: list[Move]

    @property
    def findings(self) -> int:
        return sum(move.what == FINDING for move in self.moves)


def carry_on(run_id: UUID, at: datetime) -> bool:
    """Do one portion of a run; False when none is free."""
    with transaction.atomic():
        portion = (
            LawRunPortion.objects.select_for_update(of=("self",), skip_locked=True)
            .select_related("run__organisation", "run__started_by")
            .filter(run=run_id, run__state=LawRun.State.RUNNING, done=False)
            .order_by("number")
            .first()
        )
        if portion is None or portion.run.rules != rules_now():
            return False
        _work(portion, at)
    # If we stop here: the last portion is done and its run is not; the sweeper's next
    # ring finds no portion and finishes the run.
    return True


def _work(portion: LawRunPortion, at: datetime) -> None:
    run = portion.run
    rows = Snapshot.objects.filter(system__in=portion.systems).select_related(
        "system__log", "classification"
    )
    looked = [_look(snapshot, run.on) for snapshot in rows.order_by("system_id")]
    moved = [each for each in looked if each.moves]
    made = {each.snapshot.system_id: _move(run, each) for each in moved}
    if run.kind == LawRun.Kind.REASSESS:
        same = [each for each in looked if not each.findings]
        _refresh(same, run, at)
        changed = [each for each in looked if each.findings]
        portion.opened = _open(changed, made, run, at)
    LawMove.objects.bulk_create(made.values())
    portion.done, portion.done_at, portion.moved = True, at, len(moved)
    portion.summary = _summary(moved)
    portion.save(update_fields=["done", "done_at", "moved", "opened", "summary"])
    if run.kind == LawRun.Kind.REASSESS:
        _record(made.values(), at)


def _look(snapshot: Snapshot, on: date) -> Looked:
    before = Derived(snapshot.findings, snapshot.duties)
    after = derive(snapshot.classification.answers, snapshot.bearers, on)
    names = {each["operator"]: each["name"] for each in snapshot.bearers}
    return Looked(snapshot, after, moves(before, after, names))


def _move(run: LawRun, looked: Looked) -> LawMove:
    old = looked.snapshot
    return LawMove(
        run=run,
        system=old.system,
        findings=looked.findings,
        duties=len(looked.moves) - looked.findings,
        since_rules=old.rules,
        since_known=old.known,
        since_edition=old.edition,
        since_on=old.on,
        moves=[move.as_json() for move in looked.moves],
    )


def _summary(moved: Iterable[Looked]) -> list[Any]:
    """Each move with the number of systems in which it occurs, whoever bears it."""
    counts: Counter[bytes] = Counter()
    for each in moved:
        counts.update(
            {orjson.dumps(replace(m, operator="").as_json()) for m in each.moves}
        )
    return [[orjson.loads(move), count] for move, count in counts.items()]


def _refresh(looked: Sequence[Looked], run: LawRun, at: datetime) -> None:
    """Snapshots by the law of now, with our operators and their facts as they are."""
    acting = acting_for([each.snapshot.system for each in looked], run.on)
    rows = []
    for each in looked:
        old = each.snapshot
        bearers = bearers_of(acting.get(old.system_id, []))
        found = each.after
        if bearers != old.bearers:
            found = derive(old.classification.answers, bearers, run.on)
        rows.append(
            Snapshot(
                system=old.system,
                classification=old.classification,
                rules=run.rules,
                known=newest_change(),
                edition=run.edition,
                on=run.on,
                bearers=bearers,
                findings=found.findings,
                duties=found.duties,
                taken_at=at,
            )
        )
    keep(rows)


def _open(
    changed: Sequence[Looked], made: dict[Any, LawMove], run: LawRun, at: datetime
) -> int:
    """Give each system whose findings move to a person, with the former answers.

    That is who answered before, or else who started; a draft that is there stays, and
    so does what an earlier run opened for the same law.
    """
    waiting = open_moves([each.snapshot.system_id for each in changed])
    given = waiting.filter(run__rules=run.rules, run__edition=run.edition)
    before = set(given.values_list("system_id", flat=True))
    changed = [each for each in changed if each.snapshot.system_id not in before]
    able = [role for role in Role if ADD in PERMISSIONS[role]]
    known = people_with(run.organisation, able, at) if changed else set()
    drafts = []
    for each in changed:
        former, move = each.snapshot.classification, made[each.snapshot.system_id]
        move.opened_at = at
        move.opened_for_id = (
            former.author_id if former.author_id in known else run.started_by_id
        )
        if move.opened_for_id is not None:
            drafts.append(
                ClassificationDraft(
                    system=each.snapshot.system,
                    author_id=move.opened_for_id,
                    answers=readable(former.answers),
                    provenance=former.provenance,
                )
            )
    ClassificationDraft.objects.bulk_create(drafts, ignore_conflicts=True)
    return len(changed)


def _record(made: Iterable[LawMove], at: datetime) -> None:
    """Each system's own log says that its re-assessment was opened, and why."""
    for move in made:
        if move.opened_at is not None:
            record(
                log=move.system.log,
                verb="reassessment.opened",
                subject=move.system,
                by=SYSTEM,
                at=at,
                details={
                    "run": str(move.run_id),
                    "for": str(move.opened_for_id or ""),
                    "findings": [m["id"] for m in move.moves if m["what"] == FINDING],
                },
            )
