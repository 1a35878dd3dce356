"""What a search finds, among what the person may see."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from audits.events.models import EventId
from governance.home.selectors import systems_here
from governance.law.load import law
from governance.law.model import Provision
from governance.law.words import NAMES
from governance.lawbook.contents.catalogue import ROUTES
from registry.aimodels.models import ModelVersion
from registry.people.access import may
from registry.people.models import Organisation, User


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found."""

    kind: str
    text: str
    note: str
    url: str


def found(
    user: User, organisation: Organisation, words: str, event_id: UUID | None
) -> list[Hit]:
    """What matches the words, among what the person may see here."""
    systems = systems_here(user, organisation)
    hits = [
        Hit(_("AI system"), s.name, Truncator(s.intended_purpose).words(24),
            reverse("systems:overview", args=[s.pk]))
        for s in systems.filter(
            Q(name__icontains=words) | Q(intended_purpose__icontains=words)
        )[:20]
    ]  # fmt: skip
    versions = ModelVersion.objects.filter(
        aimodel__systems__in=systems, name__icontains=words
    )
    hits += [
        Hit(_("Model version"), v.name, v.aimodel.name,
            reverse("aimodels:version", args=[v.aimodel_id, v.pk]))
        for v in versions.select_related("aimodel").distinct()[:20]
    ]  # fmt: skip
    if event_id is not None:
        rows = EventId.objects.filter(log__system__in=systems, event_id=event_id)
        hits += [
            Hit(_("Prediction"), str(event_id), row.log.system.name,
                reverse("predictions:detail", args=[row.log.system.pk, event_id]))
            for row in rows.select_related("log__system")
        ]  # fmt: skip
    if may(user, "registry.manage_people", organisation):
        people = User.objects.filter(memberships__organisation=organisation).filter(
            Q(name__icontains=words) | Q(email__icontains=words)
        )
        hits += [
            Hit(_("Person"), str(person), person.email, reverse("people:members"))
            for person in people.distinct()[:20]
        ]
    hits += [
        Hit(_("Provision of the Act"), p.citation.short, p.title,
            f"{reverse('home:law')}#{p.id}")
        for p in provisions(words)[:20]
    ]  # fmt: skip
    return hits


def provisions(words: str) -> list[Provision]:
    """The provisions whose citation, title or words hold the text; all for none."""
    wanted = words.casefold()
    return [
        p
        for p in law().provisions
        if wanted
        in f"{p.citation.full} {p.citation.short} {p.title} {p.says}".casefold()
    ]


def leads_to(provision: Provision) -> str:
    """What a provision makes of a system; the ways to high-risk apart."""
    name = NAMES[provision.kind]
    way = ROUTES.get(provision.route, "")
    return f"{name}: {way}" if way else name
