"""What changes of the law ask of a person, for their work list."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from governance.law_changes.access import START
from governance.law_changes.contents.derive import rules_now
from governance.law_changes.selectors import open_moves, unread_comparison
from registry.people.models import Organisation, User
from registry.systems.models import AISystem


@dataclass(frozen=True, slots=True)
class Work:
    """One line of work; `system` None where it concerns many."""

    text: str
    why: str
    system: AISystem | None
    url: str
    since: datetime | None


def work(
    user: User,
    organisation: Organisation,
    allowed: Collection[str],
    systems: Mapping[Any, AISystem],
    now: datetime,
) -> Iterator[Work]:
    """A comparison to be read, and the re-assessments that were given to the person."""
    run = None
    if START in allowed:
        run = unread_comparison(organisation, rules_now(), timezone.localdate(now))
    if run is not None:
        why = ngettext(
            "%(count)s system was assessed by another law. Nothing is re-assessed "
            "before you start it.",
            "%(count)s systems were assessed by another law. Nothing is re-assessed "
            "before you start it.",
            run.total,
        )
        yield Work(
            text=_("Read what a change of the law moves"),
            why=why % {"count": run.total},
            system=None,
            url=reverse("law_changes:moves"),
            since=run.finished_at,
        )
    for move in open_moves(systems).filter(opened_for=user):
        system = systems[move.system_id]
        why = ngettext(
            "The law has changed, and %(count)s finding moves. Your former answers are "
            "in the draft.",
            "The law has changed, and %(count)s findings move. Your former answers are "
            "in the draft.",
            move.findings,
        )
        yield Work(
            text=_("Re-assess %(system)s by the law of today") % {"system": system},
            why=why % {"count": move.findings},
            system=system,
            url=reverse("law_changes:of_system", args=[system.pk]),
            since=move.opened_at,
        )
