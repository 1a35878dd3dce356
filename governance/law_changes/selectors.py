"""Questions about snapshots, runs and moves that build, pages and Home share."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from governance.classification.models import Classification
from governance.law.load import edition_on
from governance.law_changes.models import LawMove, LawRun, LawRunPortion, Snapshot
from registry.people.models import Membership, Organisation
from registry.systems.models import AISystem

State = Classification.State
PAGE = 50


def standing_of(organisation: Organisation) -> QuerySet[Classification]:
    """The approved classification that counts, of each system that has one."""
    rows = Classification.objects.filter(
        state=State.APPROVED, system__organisation=organisation
    )
    in_turn = rows.order_by("system_id", "-on", "-made_at", "-id")
    return in_turn.distinct("system_id")


def unsnapped(organisation: Organisation) -> list[UUID]:
    """Classifications that count and of which no snapshot was taken yet."""
    taken = dict(
        Snapshot.objects.filter(system__organisation=organisation).values_list(
            "system_id", "classification_id"
        )
    )
    counting = standing_of(organisation).values_list("system_id", "id")
    return [pk for system, pk in counting if taken.get(system) != pk]


def stale(organisation: Organisation, rules: str, on: date) -> QuerySet[Snapshot]:
    """Snapshots that were taken by other data, or by another edition than today's."""
    rows = Snapshot.objects.filter(system__organisation=organisation)
    return rows.exclude(rules=rules, edition=edition_on(on))


def newest_run(organisation: Organisation, kind: str) -> LawRun | None:
    """The newest walk of a kind that no later change of the law has overtaken."""
    rows = LawRun.objects.filter(organisation=organisation, kind=kind)
    current = rows.exclude(state=LawRun.State.SUPERSEDED)
    return current.select_related("started_by", "organisation__log").first()


def unread_comparison(
    organisation: Organisation, rules: str, on: date
) -> LawRun | None:
    """The comparison by the law of today after which nobody started anything yet."""
    rows = LawRun.objects.filter(
        organisation=organisation,
        kind=LawRun.Kind.COMPARE,
        state=LawRun.State.DONE,
        rules=rules,
        edition=edition_on(on),
    )
    started = LawRun.objects.filter(after=OuterRef("pk"))
    return rows.filter(~Exists(started)).first()


def looked_at(run: LawRun) -> int:
    """How many systems of a run are done."""
    done = run.portions.filter(done=True).values_list("systems", flat=True)
    return sum(len(systems) for systems in done)


def summary_of(run: LawRun) -> list[tuple[dict[str, Any], int]]:
    """Each move of a run with the number of systems that it concerns, most first."""
    counts: dict[str, int] = {}
    moves: dict[str, dict[str, Any]] = {}
    rows = LawRunPortion.objects.filter(run=run, done=True).order_by("number")
    for summary in rows.values_list("summary", flat=True):
        for move, count in summary:
            key = repr(sorted(move.items(), key=lambda item: item[0]))
            moves.setdefault(key, move)
            counts[key] = counts.get(key, 0) + count
    found = [(move, counts[key]) for key, move in moves.items()]
    # ORDER: findings before duties, then by how many systems they concern.
    return sorted(found, key=lambda each: (each[0]["what"] != "finding", -each[1]))


def moves_of(run: LawRun, systems: QuerySet[AISystem]) -> QuerySet[LawMove]:
    """The systems of a run that move, among those that the caller sees."""
    rows = LawMove.objects.filter(run=run, system__in=systems.order_by().values("pk"))
    return rows.select_related("system", "opened_for").order_by("system__name", "id")


def open_moves(systems: Any) -> QuerySet[LawMove]:
    """Re-assessments that were opened and that nobody has answered since."""
    answered = Classification.objects.filter(
        system=OuterRef("system"), made_at__gt=OuterRef("opened_at")
    )
    later = LawMove.objects.filter(
        system=OuterRef("system"), opened_at__gt=OuterRef("opened_at")
    )
    rows = LawMove.objects.filter(
        ~Exists(answered), ~Exists(later), system__in=systems, opened_at__isnull=False
    )
    return rows.select_related("opened_for", "run").order_by("opened_at")


def newest_move(system: AISystem) -> LawMove | None:
    """What moves for a system by the newest walk that found anything."""
    rows = LawMove.objects.filter(system=system)
    current = rows.exclude(run__state=LawRun.State.SUPERSEDED)
    return (
        current.select_related("run", "opened_for").order_by("-run__started_at").first()
    )


def people_with(
    organisation: Organisation, roles: Iterable[str], at: datetime
) -> set[Any]:
    """The ids of the people who hold one of these roles there at that moment."""
    held = Membership.objects.filter(
        Q(until__isnull=True) | Q(until__gt=at),
        organisation=organisation,
        role__in=list(roles),
        user__is_active=True,
    )
    return set(held.values_list("user", flat=True))


def unheard(since: datetime) -> list[UUID]:
    """Runs of which no portion was done since then: their rings were lost."""
    heard = LawRunPortion.objects.filter(run=OuterRef("pk"), done_at__gte=since)
    rows = LawRun.objects.filter(state=LawRun.State.RUNNING, started_at__lt=since)
    quiet = rows.filter(~Exists(heard)).order_by("started_at")
    return list(quiet.values_list("pk", flat=True)[:100])


def running(organisation: Organisation, kind: str) -> LawRun | None:
    """The run of a kind that goes on now."""
    wanted = Q(organisation=organisation, kind=kind, state=LawRun.State.RUNNING)
    return LawRun.objects.filter(wanted).first()


def page_of(rows: QuerySet[LawMove], before: UUID | None) -> tuple[list[LawMove], str]:
    """One page of systems by name, those after `before`, and where the next begins."""
    last = rows.filter(pk=before).first() if before else None
    if last is not None:
        name = last.system.name
        same = Q(system__name=name, pk__gt=last.pk)
        rows = rows.filter(Q(system__name__gt=name) | same)
    found = list(rows[: PAGE + 1])
    return found[:PAGE], str(found[PAGE - 1].pk) if len(found) > PAGE else ""


def since_of(run: LawRun) -> list[tuple[str, str, str]]:
    """The laws by which the systems that move stood: digest, edition, newest change."""
    laws = ("since_rules", "since_edition", "since_known")
    rows = LawMove.objects.filter(run=run).order_by(*laws)
    return list(rows.values_list(*laws).distinct())
