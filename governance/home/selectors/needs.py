"""What needs a person today: a work list per role, bounded and indexed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, islice
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audits.erasure.models import Erasure
from audits.log.models import Entry, Head
from audits.metrics.models import DayFigure
from audits.streams.selectors import silent_streams_of
from audits.trail.models import TrailEntry
from governance.classification.models import Classification
from governance.documentation.models import AnnexText
from governance.dossiers.models import Dossier
from governance.home.selectors import duties, rooms
from governance.home.selectors.need import MOST, Need
from registry.people.access import permissions_in
from registry.people.models import Organisation, User
from registry.systems.access import visible_systems
from registry.systems.models import AISystem


@dataclass(frozen=True, slots=True)
class Count:
    """A figure that links to what it counts."""

    label: str
    value: int
    url: str


def systems_here(user: User, organisation: Organisation) -> QuerySet[AISystem]:
    """The systems of this organisation that the person may see."""
    return visible_systems(user).filter(organisation=organisation)


def needs(user: User, organisation: Organisation, now: datetime) -> list[Need]:
    """What waits for this person, most pressing first."""
    allowed = permissions_in(user, organisation)
    systems = {s.pk: s for s in systems_here(user, organisation)}
    # Nothing is asked for lines that nobody reads: each is a generator.
    lines = (
        ("registry.view_aisystem", rooms.facts_asked(user, systems)),
        ("governance.approve_classification", _to_approve(user, systems)),
        ("governance.approve_annextext", _texts_to_approve(user, systems)),
        ("registry.view_aisystem", rooms.documents(user, allowed, systems, now)),
        ("registry.view_aisystem", duties.to_decide(user, systems, allowed)),
        ("registry.view_aisystem", duties.to_do(user, systems, now.date())),
        ("registry.decide_erasure", _erasures_to_decide(user, systems, now)),
        ("registry.view_aisystem", rooms.changes_of_role(user, organisation, systems)),
        ("governance.add_classification",
         chain(_unclassified(systems), _returned(user, systems))),
        ("governance.add_classification",
         rooms.changes_of_law(user, organisation, allowed, systems, now)),
        ("governance.change_registration", rooms.registrations(systems, now)),
        ("registry.review_predictions", _to_review(systems, now)),
        ("registry.add_modelversion registry.manage_keys",
         chain(_unknown_versions(systems), _silent_sources(systems))),
        ("governance.add_dossier", _failed_dossiers(systems)),
    )  # fmt: skip
    due = (line for wanted, line in lines if allowed & set(wanted.split()))
    return list(islice(chain.from_iterable(due), MOST))


def _to_approve(user: User, systems: dict[Any, AISystem]) -> Iterator[Need]:
    rows = Classification.objects.filter(
        system__in=systems, state=Classification.State.PROPOSED
    ).exclude(author=user)
    for row in rows.select_related("author").order_by("made_at")[:MOST]:
        system = systems[row.system_id]
        yield Need(
            _("Approve the classification of %(system)s") % {"system": system},
            _("%(author)s proposed it. A second person has to approve it.")
            % {"author": row.author},
            system,
            reverse("classification:overview", args=[system.pk]),
            row.made_at,
        )


def _texts_to_approve(user: User, systems: dict[Any, AISystem]) -> Iterator[Need]:
    rows = (
        AnnexText.objects.filter(
            version__system__in=systems, state=AnnexText.State.DRAFT
        )
        .exclude(author=user)
        .exclude(text="", not_applicable_reason="")
        .select_related("version")
        .order_by("written_at")
    )
    per_system: dict[Any, list[AnnexText]] = {}
    for row in rows[: MOST * 23]:
        per_system.setdefault(row.version.system_id, []).append(row)
    for system_id, texts in per_system.items():
        system = systems[system_id]
        yield Need(
            ngettext(
                "Approve a text of the technical documentation of %(system)s",
                "Approve %(count)s texts of the technical documentation of %(system)s",
                len(texts),
            )
            % {"count": len(texts), "system": system},
            _("Drafts written by others wait for a second person (Annex IV)."),
            system,
            reverse("documentation:overview", args=[system.pk]),
            texts[0].written_at,
        )


def _erasures_to_decide(
    user: User, systems: dict[Any, AISystem], now: datetime
) -> Iterator[Need]:
    """Persons to be erased: what was asked by others, and what is due again."""
    rows = Erasure.objects.filter(
        Q(state=Erasure.State.REQUESTED)
        | Q(state=Erasure.State.POSTPONED, due__lte=now.date()),
        log__system__in=systems,
    ).exclude(asked_by_id=str(user.pk))
    for row in rows.select_related("log__system").order_by("asked_at")[:MOST]:
        system = row.log.system
        why = _("%(who)s asked for it (GDPR Art. 17). A second person decides.")
        if row.due:
            why = _("It was postponed to this day. What %(who)s asked for is due.")
        yield Need(
            _("Decide whether a person is erased from %(system)s") % {"system": system},
            why % {"who": row.asked_by},
            system,
            reverse("erasures:detail", args=[system.pk, row.pk]),
            row.asked_at,
        )


def _unclassified(systems: dict[Any, AISystem]) -> Iterator[Need]:
    made = Classification.objects.filter(system=OuterRef("pk"))
    rows = AISystem.objects.filter(~Exists(made), pk__in=systems)
    for pk, created_at in rows.values_list("pk", "created_at").order_by("created_at"):
        system = systems[pk]
        yield Need(
            _("Classify %(system)s") % {"system": system},
            _("Nobody has answered yet what the Act makes of it."),
            system,
            reverse("classification:overview", args=[pk]),
            created_at,
        )


def _returned(user: User, systems: dict[Any, AISystem]) -> Iterator[Need]:
    rows = Classification.objects.filter(
        system__in=systems, state=Classification.State.RETURNED, author=user
    ).order_by("-decided_at")
    seen = set()
    for row in rows[:MOST]:
        newer = Classification.objects.filter(
            system=row.system_id, made_at__gt=row.made_at
        )
        if row.system_id in seen or newer.exists():
            continue
        seen.add(row.system_id)
        system = systems[row.system_id]
        yield Need(
            _("Answer again for %(system)s") % {"system": system},
            row.note or _("The classification was returned to you."),
            system,
            reverse("classification:overview", args=[system.pk]),
            row.decided_at,
        )


def _to_review(systems: dict[Any, AISystem], now: datetime) -> Iterator[Need]:
    """Systems whose predictions of the last thirty days nobody has reviewed."""
    since = (now - timedelta(days=30)).date()
    figures = DayFigure.objects.filter(
        log__system__in=systems, day__gte=since, name__in=["events", "reviews"]
    ).values_list("log__system", "name", "count")
    counts: dict[Any, dict[str, int]] = {}
    for system_id, name, count in figures:
        found = counts.setdefault(system_id, {"events": 0, "reviews": 0})
        found[name] += count
    for system_id, found in counts.items():
        if found["events"] and found["reviews"] < found["events"]:
            system = systems[system_id]
            yield Need(
                _("Look at predictions of %(system)s") % {"system": system},
                _("%(reviews)s reviews stand against %(events)s predictions of the "
                  "last 30 days.") % found,
                system,
                reverse("predictions:queue"),
            )  # fmt: skip


def _unknown_versions(systems: dict[Any, AISystem]) -> Iterator[Need]:
    flagged = Entry.objects.filter(log=OuterRef("log"), flags__gt=0)
    unknown = DayFigure.objects.filter(log=OuterRef("log"), name="unknown_version")
    rows = AISystem.objects.filter(Exists(unknown), Exists(flagged), pk__in=systems)
    for pk in rows.values_list("pk", flat=True):
        system = systems[pk]
        yield Need(
            _("Register the versions that %(system)s already uses")
            % {"system": system},
            _("Its service posts predictions of a version that nobody registered."),
            system,
            reverse("predictions:list", args=[pk]) + "?flagged=1",
        )


def _silent_sources(systems: dict[Any, AISystem]) -> Iterator[Need]:
    by_log = {system.log_id: system for system in systems.values()}
    for log_id, silent in silent_streams_of(by_log).items():
        system = by_log[log_id]
        yield Need(
            _("See why %(source)s of %(system)s is silent")
            % {"source": silent[0].source, "system": system},
            _("Its heartbeats have stopped, and it did not say that it ended. Whether "
              "it made predictions since, the log cannot tell (Art. 12)."),
            system,
            reverse("predictions:coverage", args=[system.pk]),
            silent[0].heard_at,
        )  # fmt: skip


def _failed_dossiers(systems: dict[Any, AISystem]) -> Iterator[Need]:
    rows = Dossier.objects.filter(system__in=systems, state=Dossier.State.FAILED)
    for row in rows.order_by("-finished_at")[:5]:
        newer = Dossier.objects.filter(
            system=row.system_id, requested_at__gt=row.requested_at
        )
        if not newer.exists():
            system = systems[row.system_id]
            yield Need(
                _("Generate the dossier of %(system)s again") % {"system": system},
                row.failure,
                system,
                reverse("dossiers:list", args=[system.pk]),
                row.finished_at,
            )


def changes(
    user: User, organisation: Organisation, limit: int = 12
) -> list[TrailEntry]:
    """The newest acts on the person's systems, done by others too."""
    logs = systems_here(user, organisation).values("log")
    rows = TrailEntry.objects.filter(log__in=logs).select_related("log__system")
    return list(rows.order_by("-at")[:limit])


def counts(user: User, organisation: Organisation) -> list[Count]:
    """Four figures, each a link to what it counts."""
    systems = systems_here(user, organisation)
    heads = Head.objects.filter(log__system__in=systems)
    figures = DayFigure.objects.filter(log__system__in=systems)
    events = sum(figures.filter(name="events").values_list("count", flat=True))
    reviews = sum(figures.filter(name="reviews").values_list("count", flat=True))
    return [
        Count(_("AI systems"), systems.count(), reverse("systems:list")),
        Count(_("predictions"), events, reverse("predictions:all")),
        Count(_("human reviews"), reviews, reverse("predictions:queue")),
        Count(
            _("entries in their logs"),
            sum(heads.values_list("size", flat=True)),
            reverse("predictions:all"),
        ),
    ]
