"""Questions about duties that pages, the API, the calendar and reminders share."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.apps import apps
from django.db.models import Min, QuerySet
from django.utils.translation import gettext as _

from audits.trail.models import TrailEntry
from audits.trail.services import subject_of
from governance.classification.selectors import standing
from governance.documentation.models import AnnexText
from governance.obligations.models import Derivation, Obligation, Period
from registry.people.models import Organisation, Role, User
from registry.systems.models import AISystem

SOON = 30  # days before a due day in which home names it
PICKABLE = 100  # LIMIT: texts to pick from, newest first
HISTORY = 50  # LIMIT: acts on one duty's page; the trail has all
OPEN_STATES = (
    Period.State.OPEN,
    Period.State.IN_PROGRESS,
    Period.State.SUBMITTED,
    Period.State.SAID_NOT_APPLICABLE,
)


class Link(NamedTuple):
    """A thing of the product that can be evidence."""

    kind: str
    id: str
    label: str

    @property
    def value(self) -> str:
        return f"{self.kind}:{self.id}"


def rows_of(system: AISystem) -> list[Obligation]:
    """Every duty of a system that was ever derived, with its people."""
    rows = Obligation.objects.filter(system=system)
    return list(rows.select_related("operator", "owner"))


def current_periods(systems: Any) -> QuerySet[Period]:
    """The periods that count now, of duties that still follow from the facts."""
    rows = Period.objects.filter(
        current=True,
        obligation__system__in=systems,
        obligation__ended_at__isnull=True,
    )
    return rows.select_related(
        "obligation__system", "obligation__operator", "obligation__owner",
        "submitted_by", "decided_by",
    )  # fmt: skip


def due_periods(systems: Any) -> QuerySet[Period]:
    """Periods with a due day that nobody has accepted yet, the earliest first."""
    rows = current_periods(systems).filter(due_on__isnull=False, state__in=OPEN_STATES)
    return rows.order_by("due_on", "due_at", "obligation__system__name", "pk")


def due_for(user: User, systems: Any, today: date) -> QuerySet[Period]:
    """What the person owns and is due within thirty days, or overdue."""
    return due_periods(systems).filter(
        obligation__owner=user,
        due_on__lte=today + timedelta(days=SOON),
        state__in=(Period.State.OPEN, Period.State.IN_PROGRESS),
    )


def waiting_for(user: User, systems: Any) -> QuerySet[Period]:
    """What others submitted, so that this person may decide about it."""
    rows = current_periods(systems).filter(state__in=Period.WAITING)
    return rows.exclude(submitted_by=user).order_by("submitted_at")


def derived_since(systems: Any) -> datetime | None:
    """When the duties of the systems were last held to the facts: the oldest."""
    found = Derivation.objects.filter(system__in=systems).aggregate(oldest=Min("at"))
    oldest: datetime | None = found["oldest"]
    return oldest


def owners_in(organisation: Organisation, at: datetime) -> list[User]:
    """Who works in the organisation, and so may own a duty; by name."""
    rows = organisation.memberships.exclude(role=Role.AUTHORITY)
    held = [m.user_id for m in rows if m.holds_at(at)]
    return list(User.objects.filter(pk__in=held, is_active=True).order_by("name"))


def linkable(system: AISystem) -> list[Link]:
    """The approved classification, the approved texts, the dossiers of a system."""
    found: list[Link] = []
    if counts := standing(system):
        label = _("Classification of %(day)s") % {"day": counts.on.isoformat()}
        found.append(Link("classification", str(counts.pk), label))
    texts = AnnexText.objects.filter(
        version__system=system, state=AnnexText.State.APPROVED
    )
    for text in texts.select_related("version").order_by("-approved_at")[:PICKABLE]:
        found.append(
            Link(
                "annex_text",
                f"{text.version_id}/{text.leaf}",
                _("Technical documentation %(leaf)s of version %(name)s")
                % {"leaf": text.leaf, "name": text.version.name},
            )
        )
    # By its name: dossiers print duties, so their room lies above this one.
    dossiers = apps.get_model("governance", "Dossier")._default_manager
    ready = dossiers.filter(system=system, state="ready").order_by("-as_of")[:10]
    for each in ready:
        label = _("Dossier as of %(day)s") % {"day": each.as_of.date().isoformat()}
        found.append(Link("dossier", str(each.pk), label))
    return found


def history_of(obligation: Obligation) -> Sequence[TrailEntry]:
    """The newest acts on a duty, out of the system's log."""
    rows = TrailEntry.objects.filter(
        log=obligation.system.log_id, subject=subject_of(obligation)
    )
    return list(rows.order_by("-idx")[:HISTORY])
