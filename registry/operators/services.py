"""Acts on operators, and how two editors of one row never overwrite each other."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from audits.trail.services import Actor, record
from registry.operators.models import Operator
from registry.people.models import Organisation


class FactsWrong(Exception):
    """What was stated cannot be kept: a reason for each field, and the way out.

    The field "" stands for the statement as a whole.
    """

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(errors.values()))
        self.errors = dict(errors)


class EditedMeanwhile(Exception):
    """Somebody else saved the row after this editor had opened it.

    ``row`` is what is stored now.
    """

    def __init__(self, row: models.Model) -> None:
        super().__init__(
            _("Somebody else changed this after you opened it. Nothing was stored.")
        )
        self.row = row


def change_row(
    row: models.Model, facts: Mapping[str, Any], *, revision: int
) -> dict[str, dict[str, Any]]:
    """Write the facts into a locked row; what changed, as {field: {from, to}}.

    Raises EditedMeanwhile when `revision` is not the row's. Equal facts change
    nothing, not even the revision.
    """
    if row.revision != revision:  # type: ignore[attr-defined]
        raise EditedMeanwhile(row)
    changed = {
        name: {"from": told(getattr(row, name)), "to": told(value)}
        for name, value in facts.items()
        if getattr(row, name) != value
    }
    if changed:
        for name in changed:
            setattr(row, name, facts[name])
        row.revision = revision + 1  # type: ignore[attr-defined]
        row.save(update_fields=[*changed, "revision"])
    return changed


def told(value: Any) -> Any:
    """A value as the trail keeps it: text, numbers, lists; rows by their id."""
    if isinstance(value, models.Model):
        return str(value.pk)
    if value is None or isinstance(value, str | bool | int | list):
        return value
    return str(value)


@transaction.atomic
def add_operator(
    *, organisation: Organisation, facts: Mapping[str, Any], by: Actor, at: datetime
) -> Operator:
    """Register an operator (Art. 3(8)). Raises FactsWrong when its name is taken."""
    try:
        with transaction.atomic():
            operator = Operator.objects.create(organisation=organisation, **facts)
    except IntegrityError as error:
        raise _name_taken() from error
    record(
        log=organisation.log,
        verb="operator.added",
        subject=operator,
        by=by,
        at=at,
        details={name: told(value) for name, value in facts.items()},
    )
    return operator


@transaction.atomic
def edit_operator(
    *,
    operator: Operator,
    facts: Mapping[str, Any],
    revision: int,
    by: Actor,
    at: datetime,
) -> Operator:
    """Change facts of an operator; old and new values go to the trail.

    Raises EditedMeanwhile and FactsWrong.
    """
    row = Operator.objects.select_for_update(no_key=True).get(pk=operator.pk)
    try:
        with transaction.atomic():
            changed = change_row(row, facts, revision=revision)
    except IntegrityError as error:
        raise _name_taken() from error
    if changed:
        record(
            log=operator.organisation.log,
            verb="operator.changed",
            subject=row,
            by=by,
            at=at,
            details={"changed": changed, "revision": row.revision},
        )
    return row


def _name_taken() -> FactsWrong:
    reason = _("An operator of this name is registered. Open it, or add to the name.")
    return FactsWrong({"name": reason})
