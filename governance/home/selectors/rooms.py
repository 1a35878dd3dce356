"""What the rooms of judgement ask of a person: lines that they word themselves."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from governance.classification.contents.asked import lines_of
from governance.derogation import contents as derogation
from governance.fria import contents as fria
from governance.home.selectors.need import Need
from governance.law_changes.contents.work import work
from governance.papers.contents import waiting
from governance.registration.contents.changes import alarms
from governance.value_chain.contents import waiting_for
from registry.people.models import Organisation, User
from registry.systems.models import AISystem

DOCUMENTS = (fria.KIND, derogation.KIND)


def facts_asked(user: User, systems: dict[Any, AISystem]) -> Iterator[Need]:
    """Facts that a colleague who classifies a system wants to know."""
    for line in lines_of(user, systems):
        yield Need(*line)


def changes_of_role(
    user: User, organisation: Organisation, systems: dict[Any, AISystem]
) -> Iterator[Need]:
    """Changes by which somebody else may have become the provider (Art. 25)."""
    for asked in waiting_for(user, organisation, systems.values()):
        yield Need(asked.text, asked.why, asked.system, asked.url)


def changes_of_law(
    user: User,
    organisation: Organisation,
    allowed: Collection[str],
    systems: dict[Any, AISystem],
    now: datetime,
) -> Iterator[Need]:
    """A comparison to be read, and re-assessments that were given to this person."""
    for line in work(user, organisation, allowed, systems, now):
        yield Need(line.text, line.why, line.system, line.url, line.since)


def documents(
    user: User, allowed: Collection[str], systems: dict[Any, AISystem], now: datetime
) -> Iterator[Need]:
    """Assessments of Art. 27 and records of Art. 6(4) that wait, or are missing."""
    for line in waiting.lines(DOCUMENTS, user, allowed, systems, now):
        yield Need(*line)


def registrations(systems: dict[Any, AISystem], now: datetime) -> Iterator[Need]:
    """Entries in the EU database that the facts have left behind."""
    for alarm in alarms(systems.values(), now.date()):
        system = alarm.draft.system
        yield Need(
            _("Bring the registration of %(system)s up to date") % {"system": system},
            alarm.words,
            system,
            reverse("registration:of_system", args=[system.pk]),
            alarm.submission.stated_at,
        )
