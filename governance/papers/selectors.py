"""Questions about versioned documents, whatever their kind."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.classification.models import Classification
from governance.law.words import day
from governance.papers.models import Paper
from registry.operators.models import Operator
from registry.people.access import roles_in
from registry.people.models import Role, User
from registry.systems.access import Caller
from registry.systems.models import AISystem


@dataclass(frozen=True, slots=True)
class Versions:
    """The versions of one operator's document: all, the one that counts, the open."""

    all: tuple[Any, ...]

    @property
    def counts(self) -> Any:
        """The newest approved version, or None."""
        state = Paper.State.APPROVED
        return next((row for row in self.all if row.state == state), None)

    @property
    def first(self) -> Any:
        """The first approved version, or None."""
        state = Paper.State.APPROVED
        return next((row for row in reversed(self.all) if row.state == state), None)

    @property
    def open(self) -> Any:
        """The version that is being written or waits, or None."""
        return next((row for row in self.all if row.is_open), None)


def of_system(model: type[Any], system: AISystem, reader: Caller) -> QuerySet[Any]:
    """The versions about a system, by operator, newest first.

    An authority reads what was approved, and not what is being written.
    """
    rows: QuerySet[Any] = model.objects.filter(system=system)
    person = reader if isinstance(reader, User) else None
    if person and roles_in(person, system.organisation) == {Role.AUTHORITY}:
        rows = rows.filter(state=Paper.State.APPROVED)
    rows = rows.select_related("operator", "proposed_by", "decided_by")
    return rows.order_by("operator__name", "-number")


def versions_of(rows: Iterable[Any], operator: Operator) -> Versions:
    """Those of the rows that are this operator's."""
    return Versions(tuple(row for row in rows if row.operator_id == operator.pk))


def one_of(model: type[Any], system: AISystem, paper_id: UUID, reader: Caller) -> Any:
    """A version of the system whose door was passed; 404 otherwise."""
    row = of_system(model, system, reader).filter(pk=paper_id).first()
    if row is None:
        raise Http404(_("There is no such document of this system."))
    row.system = system
    return row


def decided(row: Classification | None) -> str:
    """When the classification was approved, and which text that was."""
    if row is None or row.decided_at is None:
        return ""
    return _("approved on %(day)s, SHA-256 %(digest)s") % {
        "day": day(timezone.localtime(row.decided_at).date()),
        "digest": row.digest[:16],
    }
