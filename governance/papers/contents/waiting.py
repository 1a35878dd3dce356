"""What documents of one kind ask of a person today, for the work list."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.papers.contents.standing import lacking
from governance.papers.contents.values import Kind
from governance.papers.models import Paper
from registry.people.models import User
from registry.systems.models import AISystem

# LIMIT: a work list is to be worked off; each line of it asks the law room.
MOST = 20
Systems = Mapping[UUID, AISystem]


class Waiting(NamedTuple):
    """One line of work."""

    text: str
    why: str
    system: AISystem
    url: str
    since: datetime | None = None


def lines(
    kinds: Iterable[Kind],
    user: User,
    allowed: Collection[str],
    systems: Systems,
    now: datetime,
) -> Iterator[Waiting]:
    """What waits for this person, by the permissions that the roles give."""
    for kind in kinds:
        if kind.approve in allowed:
            yield from to_decide(kind, user, systems)
        if kind.change in allowed:
            yield from returned(kind, user, systems)
            yield from to_write(kind, systems, timezone.localdate(now))


def to_decide(kind: Kind, user: User, systems: Systems) -> Iterator[Waiting]:
    """Versions that wait for somebody who wrote no part of them."""
    rows = _rows(kind, systems, Paper.State.PROPOSED).exclude(
        authors__contains=[user.pk]
    )
    for row in rows.order_by("proposed_at")[:MOST]:
        yield Waiting(
            _("Approve: %(title)s of %(system)s, version %(n)s")
            % {"title": kind.title, "system": row.system, "n": row.number},
            _("%(who)s proposed it. A second person decides (%(citation)s).")
            % {"who": row.proposed_by, "citation": kind.citation},
            row.system,
            reverse(f"{kind.room}:one", args=[row.system_id, row.pk]),
            row.proposed_at,
        )


def returned(kind: Kind, user: User, systems: Systems) -> Iterator[Waiting]:
    """Versions that came back to this person with a reason."""
    rows = _rows(kind, systems, Paper.State.RETURNED).filter(
        authors__contains=[user.pk]
    )
    for row in rows.order_by("decided_at")[:MOST]:
        yield Waiting(
            _("Look again: %(title)s of %(system)s, version %(n)s")
            % {"title": kind.title, "system": row.system, "n": row.number},
            row.note,
            row.system,
            reverse(f"{kind.room}:one", args=[row.system_id, row.pk]),
            row.decided_at,
        )


def to_write(kind: Kind, systems: Systems, today: date) -> Iterator[Waiting]:
    """Documents that are owed and that nobody has approved, whoever begins them."""
    tagged = (
        s for s in systems.values() if any(kind.tag == f["kind"] for f in s.findings)
    )
    found = list(islice(tagged, MOST))
    for system, operator, law in lacking(kind, found, today) if found else ():
        yield Waiting(
            _("Have approved: %(title)s of %(system)s")
            % {"title": kind.title, "system": system},
            _("%(operator)s has none. %(answer)s")
            % {"operator": operator, "answer": law.answer},
            system,
            reverse(f"{kind.room}:of_system", args=[system.pk]),
        )


def _rows(kind: Kind, systems: Systems, state: str) -> Any:
    rows = kind.model.objects.filter(system__in=systems, state=state)
    return rows.select_related("system", "proposed_by")
