"""What is asked about: roles that are taken up, versions, and dated changes.

They are read where the register keeps them, whoever recorded them and however late.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import (
    BooleanField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.classification.models import Classification
from governance.law.value_chain import PROVIDERS, askable
from governance.value_chain.models import ChainAnswer
from registry.aimodels.models import ModelVersion
from registry.systems.models import OperatorRole, SystemChange, SystemVersion

SETTLED = (ChainAnswer.Outcome.YES, ChainAnswer.Outcome.NO)
# LIMIT: alarms of one kind that a work list reads, oldest first.
MOST = 500
# A role that an answer gave and a later one took back has ended on its first day.
TAKEN_BACK = Q(given_by__isnull=False, held_until=F("held_from"))


def in_turn(kind: str, systems: Iterable[UUID]) -> QuerySet[Any]:
    """The occasions of a kind, oldest first, each with the answer that stands."""
    answers = ChainAnswer.objects.filter(
        **{kind: OuterRef("pk")}, system=OuterRef("of")
    ).order_by("-answered_at", "-id")
    rows: QuerySet[Any] = _occasions(kind, list(systems)).annotate(
        answer=Subquery(answers.values("pk")[:1]),
        standing=Coalesce(Subquery(answers.values("outcome")[:1]), Value("")),
    )
    return rows


def unanswered(
    kind: str, systems: Iterable[UUID], unconfirmed: Collection[UUID]
) -> QuerySet[Any]:
    """The occasions of a kind that a person has to answer.

    A version or a change may alter what the system is in law, so each is asked about
    by which somebody can have become the provider: a list that reads only so many is
    not filled up by what concerns nobody.
    Of a role it is asked while the system may be high-risk, as far as an approved
    classification tells, and wherever somebody stated a yes that nobody confirmed.
    """
    rows = in_turn(kind, systems)
    if kind != "role":
        open_ = rows.annotate(day=DAYS[kind]).exclude(standing__in=SETTLED)
        asking: QuerySet[Any] = open_.filter(Exists(_candidates(kind)))
        return asking
    approved = Classification.objects.filter(
        system=OuterRef("system"), state=Classification.State.APPROVED
    ).order_by("-on", "-made_at", "-id")
    asked = ~Q(standing__in=SETTLED) & Q(high_risk=True)
    roles: QuerySet[Any] = rows.annotate(
        high_risk=Coalesce(
            Subquery(approved.values("may_be_high_risk")[:1]),
            Value(value=True),
            output_field=BooleanField(),
        )
    ).filter(asked | Q(pk__in=unconfirmed), ~Exists(_provider(OuterRef("held_from"))))
    return roles


def _held(on: OuterRef) -> QuerySet[OperatorRole]:
    lasting = Q(held_until__isnull=True) | Q(held_until__gte=on)
    return OperatorRole.objects.filter(~TAKEN_BACK, lasting)


def _provider(on: OuterRef) -> QuerySet[OperatorRole]:
    """The role by which the operator of the outer role is the provider already."""
    return _held(on).filter(
        system=OuterRef("system"),
        operator=OuterRef("operator"),
        role__in=PROVIDERS,
        held_from__lte=on,
    )


def _candidates(kind: str) -> QuerySet[OperatorRole]:
    """The roles by which a version or a change asks somebody."""
    day = OuterRef("day")
    rows = _held(day).filter(
        ~Exists(_provider(OuterRef(day))), system=OuterRef("of"), role__in=askable()
    )
    # A model may be older than its use in the system: nobody stated since when.
    return rows if kind == "model_version" else rows.filter(held_from__lte=day)


# The same for the database.
DAYS = {
    "version": TruncDate("created_at"),
    "model_version": TruncDate("created_at"),
    "change": F("changed_on"),
}


def day_of(kind: str, row: Any) -> date:
    """From which day on the occasion counts."""
    if kind == "change":
        on: date = row.changed_on
    elif kind == "role":
        on = row.held_from
    else:
        on = timezone.localdate(row.created_at)
    return on


def words_of(kind: str, row: Any) -> tuple[str, str]:
    """A name for an occasion, and what was written down about it."""
    if kind == "version":
        return _("Version %(name)s") % {"name": row.name}, row.changes
    if kind == "model_version":
        named = {"model": row.aimodel.name, "name": row.name}
        return _("Model version %(model)s %(name)s") % named, ""
    if kind == "role":
        named = {"who": row.operator.name, "role": row.get_role_display()}
        return _("%(who)s in the role “%(role)s”") % named, row.reason
    titles = {
        SystemChange.Kind.NAME: _("Another name or mark"),
        SystemChange.Kind.PURPOSE: _("Another intended purpose"),
    }
    return titles.get(row.kind, _("A change of design")), row.description


def _occasions(kind: str, systems: Sequence[UUID]) -> QuerySet[Any]:
    if kind == "version":
        versions = SystemVersion.objects.filter(system__in=systems)
        return versions.annotate(of=F("system")).order_by("created_at", "pk")
    if kind == "change":
        changes = SystemChange.objects.filter(system__in=systems)
        return changes.annotate(of=F("system")).order_by("changed_on", "pk")
    if kind == "role":
        roles = OperatorRole.objects.select_related("operator").filter(
            system__in=systems, role__in=askable(), held_from__lte=timezone.localdate()
        )
        return roles.annotate(of=F("system")).order_by("held_from", "pk")
    models: QuerySet[Any] = ModelVersion.objects.annotate(of=F("aimodel__systems"))
    # A version of the system with the model version in it asks the same already.
    within = SystemVersion.objects.filter(
        model_versions=OuterRef("pk"), system=OuterRef("of")
    )
    alone = models.filter(~Exists(within), of__in=systems)
    return alone.select_related("aimodel").order_by("created_at", "pk")
