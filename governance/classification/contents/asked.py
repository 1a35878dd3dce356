"""What somebody is asked for, as lines of their work list."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from governance.classification.selectors import waiting_for
from governance.law.load import law
from registry.people.models import User
from registry.systems.models import AISystem

Work = tuple[str, str, AISystem, str, datetime]


def lines_of(user: User, systems: Mapping[Any, AISystem]) -> Iterator[Work]:
    """Facts that somebody asks this person for, whatever their role: text, why, where.

    A question that the law does not ask any more asks nothing of anybody.
    """
    questions = law().questions
    for row in waiting_for(user, systems):
        if row.fact in questions:
            system = systems[row.system_id]
            yield (
                _("Answer a question about %(system)s") % {"system": system},
                _("%(who)s asks: %(question)s")
                % {"who": row.asked_by, "question": questions[row.fact].text},
                system,
                reverse("classification:asked", args=[system.pk, row.pk]),
                row.asked_at,
            )
