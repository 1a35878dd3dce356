"""Which changes may have made somebody else the provider, and were not answered.

Alarms are no rows: every version, model version and change is one as long as somebody
holds a role that can turn into a provider's and no settled answer stands. So none is
missed, whoever recorded it and however late.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.law.value_chain import PROVIDERS, Letter, askable, letters_for
from governance.value_chain.models import ChainAnswer
from registry.aimodels.models import ModelVersion
from registry.operators.models import Operator
from registry.systems.models import AISystem, OperatorRole, SystemChange, SystemVersion

KINDS = ("version", "model_version", "change")
SETTLED = (ChainAnswer.Outcome.YES, ChainAnswer.Outcome.NO)
# LIMIT: alarms of one kind that a work list reads, oldest first.
MOST = 500


@dataclass(frozen=True, slots=True)
class Candidate:
    """An operator that may have become the provider, and the roles it holds."""

    operator: Operator
    roles: tuple[str, ...]
    role_names: str


@dataclass(frozen=True, slots=True)
class Alarm:
    """One occasion, whom it asks about, and the answer that stands, if any."""

    kind: str
    id: UUID
    system_id: UUID
    on: date
    title: str
    text: str
    candidates: tuple[Candidate, ...]
    answer: ChainAnswer | None

    @property
    def letters(self) -> tuple[Letter, ...]:
        """The letters of Art. 25 that have to be answered."""
        return letters_for({role for each in self.candidates for role in each.roles})

    @property
    def open(self) -> bool:
        """Whether no settled answer stands."""
        return self.answer is None or self.answer.outcome not in SETTLED


def open_alarms(
    systems: Iterable[AISystem], *, most: int | None = None
) -> dict[UUID, list[Alarm]]:
    """The alarms that wait for a person, oldest first, by system.

    One query when nobody holds such a role for any of them, five otherwise.
    """
    roles = _roles(system.pk for system in systems)
    found: dict[UUID, list[Alarm]] = defaultdict(list)
    if not roles:
        return found
    rows = [
        (kind, row)
        for kind in KINDS
        for row in _in_turn(kind, roles).exclude(standing__in=SETTLED)[:most]
    ]
    answers = ChainAnswer.objects.select_related("task_for", "answered_by").in_bulk(
        [row.answer for _kind, row in rows if row.answer]
    )
    for kind, row in rows:
        alarm = _alarm(kind, row, roles[row.of], answers.get(row.answer))
        if alarm.candidates:
            found[row.of].append(alarm)
    for alarms in found.values():
        alarms.sort(key=lambda alarm: alarm.on)
    return found


def alarm_of(system: AISystem, kind: str, occasion_id: UUID) -> Alarm:
    """One occasion of the system, answered or not; 404 when nobody is to be asked.

    Roles that answers gave do not count here, so that each can be revised.
    """
    roles = _roles([system.pk], every=True)
    row = None
    if kind in KINDS and roles:
        row = _in_turn(kind, roles).filter(pk=occasion_id).first()
    if row is None:
        raise Http404(_("There is no such change of the system."))
    answer = standing_answer(system, kind, occasion_id)
    given = set(history(system).values_list("role", flat=True))
    held = [role for role in roles[system.pk] if role.pk not in given]
    alarm = _alarm(kind, row, held, answer)
    if not alarm.candidates:
        raise Http404(_("Nobody can have become the provider by this change."))
    return alarm


def standing_answer(
    system: AISystem, kind: str, occasion_id: UUID
) -> ChainAnswer | None:
    """The newest answer to an occasion: the one that counts."""
    return history(system).filter(**{kind: occasion_id}).first()


def history(system: AISystem) -> QuerySet[ChainAnswer]:
    """Every answer about the system, newest first."""
    rows = ChainAnswer.objects.filter(system=system).select_related(
        "operator", "answered_by", "task_for", "version", "change",
        "model_version__aimodel", "role",
    )  # fmt: skip
    return rows.order_by("-answered_at", "-id")


def new_providers(system: AISystem) -> list[ChainAnswer]:
    """The answers that stand and say that somebody became the provider."""
    seen: set[tuple[str, UUID]] = set()
    found = []
    for row in history(system):
        occasion = row.occasion_kind, row.occasion_id
        if occasion not in seen and row.outcome == ChainAnswer.Outcome.YES:
            found.append(row)
        seen.add(occasion)
    return found


def providers_on(system: AISystem, day: date, but: Operator) -> list[Operator]:
    """Who was the provider when somebody else became it (Art. 25(2))."""
    lasting = Q(held_until__isnull=True) | Q(held_until__gte=day)
    rows = system.operator_roles.filter(
        lasting, role__in=PROVIDERS, held_from__lte=day
    ).exclude(operator=but)
    return list(
        {r.operator_id: r.operator for r in rows.select_related("operator")}.values()
    )


def _roles(
    systems: Iterable[UUID], *, every: bool = False
) -> dict[UUID, list[OperatorRole]]:
    """The roles that matter, of systems for which somebody can become the provider.

    A role that an answer gave and a later one took back has ended on its first day.
    """
    taken_back = Q(chain_answers__isnull=False, held_until=F("held_from"))
    rows = OperatorRole.objects.filter(
        ~taken_back, system__in=list(systems), role__in=askable() | PROVIDERS
    ).select_related("operator")
    found: dict[UUID, list[OperatorRole]] = defaultdict(list)
    for row in rows.order_by("operator__name", "held_from"):
        found[row.system_id].append(row)
    return {
        pk: held
        for pk, held in found.items()
        if every or any(row.role in askable() for row in held)
    }


def _in_turn(kind: str, systems: Iterable[UUID]) -> QuerySet[Any]:
    """The occasions of a kind, oldest first, each with the answer that stands."""
    answers = ChainAnswer.objects.filter(
        **{kind: OuterRef("pk")}, system=OuterRef("of")
    ).order_by("-answered_at", "-id")
    rows: QuerySet[Any] = _occasions(kind, list(systems)).annotate(
        answer=Subquery(answers.values("pk")[:1]),
        standing=Coalesce(Subquery(answers.values("outcome")[:1]), Value("")),
    )
    return rows


def _occasions(kind: str, systems: Sequence[UUID]) -> QuerySet[Any]:
    if kind == "version":
        versions = SystemVersion.objects.filter(system__in=systems)
        return versions.annotate(of=F("system")).order_by("created_at", "pk")
    if kind == "change":
        changes = SystemChange.objects.filter(system__in=systems)
        return changes.annotate(of=F("system")).order_by("changed_on", "pk")
    models: QuerySet[Any] = ModelVersion.objects.annotate(of=F("aimodel__systems"))
    # A version of the system with the model version in it asks the same already.
    within = SystemVersion.objects.filter(
        model_versions=OuterRef("pk"), system=OuterRef("of")
    )
    alone = models.filter(~Exists(within), of__in=systems)
    return alone.select_related("aimodel").order_by("created_at", "pk")


def _alarm(
    kind: str, row: Any, roles: Sequence[OperatorRole], answer: ChainAnswer | None
) -> Alarm:
    on = row.changed_on if kind == "change" else timezone.localdate(row.created_at)
    title, text = words_of(kind, row)
    held = [r for r in roles if r.held_until is None or r.held_until >= on]
    begun = [r for r in held if r.held_from <= on]
    providers = {r.operator_id for r in begun if r.role in PROVIDERS}
    # A model may be older than its use in the system: nobody stated since when.
    asked = held if kind == "model_version" else begun
    by_operator: dict[UUID, list[OperatorRole]] = defaultdict(list)
    for each in asked:
        if each.role in askable() and each.operator_id not in providers:
            by_operator[each.operator_id].append(each)
    candidates = tuple(
        Candidate(
            mine[0].operator,
            tuple(r.role for r in mine),
            ", ".join(r.get_role_display() for r in mine),
        )
        for mine in by_operator.values()
    )
    return Alarm(kind, row.pk, row.of, on, title, text, candidates, answer)


def words_of(kind: str, row: Any) -> tuple[str, str]:
    """A name for an occasion, and what was written down about it."""
    if kind == "version":
        return _("Version %(name)s") % {"name": row.name}, row.changes
    if kind == "model_version":
        named = {"model": row.aimodel.name, "name": row.name}
        return _("Model version %(model)s %(name)s") % named, ""
    titles = {
        SystemChange.Kind.NAME: _("Another name or mark"),
        SystemChange.Kind.PURPOSE: _("Another intended purpose"),
    }
    return titles.get(row.kind, _("A change of design")), row.description
