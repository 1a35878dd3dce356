"""The answers about changes of role, and whom they made the provider."""

from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from governance.law.value_chain import PROVIDERS
from governance.value_chain.models import ChainAnswer
from registry.operators.models import Operator
from registry.systems.models import AISystem


def history(system: AISystem) -> QuerySet[ChainAnswer]:
    """Every answer about the system, newest first."""
    rows = ChainAnswer.objects.filter(system=system).select_related(
        "operator", "answered_by", "task_for", "version", "change",
        "model_version__aimodel", "role__operator", "given_role",
    )  # fmt: skip
    return rows.order_by("-answered_at", "-id")


def standing_answer(
    system: AISystem, kind: str, occasion_id: UUID
) -> ChainAnswer | None:
    """The newest answer to an occasion: the one that counts."""
    return history(system).filter(**{kind: occasion_id}).first()


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
