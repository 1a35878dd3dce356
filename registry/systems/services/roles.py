"""Roles under the Act that operators hold for a system."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from audits.trail.services import Actor, record
from registry.operators.services import FactsWrong, told
from registry.systems.models import AISystem, OperatorRole


@transaction.atomic
def add_role(
    *, system: AISystem, facts: Mapping[str, Any], by: Actor, at: datetime
) -> OperatorRole:
    """State that an operator holds a role for the system, and why.

    An operator may hold several roles, and several operators the same one. Raises
    FactsWrong when the days are in the wrong order, or the operator holds this
    very role at the time already.
    """
    # ORDER: two that state the same role wait for each other here.
    AISystem.objects.select_for_update(no_key=True).get(pk=system.pk)
    begins, ends = facts["held_from"], facts.get("held_until")
    if ends and ends < begins:
        raise FactsWrong({"held_until": _("The role would end before it begins.")})
    same = system.operator_roles.filter(
        Q(held_until__isnull=True) | Q(held_until__gte=begins),
        operator=facts["operator"],
        role=facts["role"],
    )
    if (same.filter(held_from__lte=ends) if ends else same).exists():
        reason = _("This operator holds this role at that time already.")
        raise FactsWrong({"role": reason})
    role = OperatorRole.objects.create(system=system, **facts)
    details = {name: told(value) for name, value in facts.items()}
    record(
        log=system.log,
        verb="operator_role.given",
        subject=role,
        by=by,
        at=at,
        details={**details, "operator_name": role.operator.name},
    )
    return role


@transaction.atomic
def end_role(
    *, role: OperatorRole, held_until: date, reason: str, by: Actor, at: datetime
) -> OperatorRole:
    """State the last day of a role, and why it ends.

    Raises FactsWrong when it ended before today already, or would end before it
    began: what was true then is not rewritten.
    """
    row = OperatorRole.objects.select_for_update(no_key=True).get(pk=role.pk)
    if row.held_until is not None and row.held_until < at.date():
        raise FactsWrong({"": _("This role has ended already.")})
    if held_until < row.held_from:
        raise FactsWrong({"held_until": _("The role would end before it begins.")})
    before, row.held_until = row.held_until, held_until
    row.save(update_fields=["held_until"])
    record(
        log=row.system.log,
        verb="operator_role.ended",
        subject=row,
        by=by,
        at=at,
        details={
            "held_until": told(held_until),
            "held_until_before": told(before),
            "reason": reason,
        },
    )
    return row
