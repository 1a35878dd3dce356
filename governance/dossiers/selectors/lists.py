"""Lists of dossiers by keyset, and the entry in which a digest stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from audits.trail.models import TrailEntry
from audits.trail.services import subject_of
from governance.dossiers.models import Dossier

PAGE = 50


@dataclass(frozen=True, slots=True)
class DossierPage:
    """Newest first; `older` is where the next page begins, "" for the last."""

    rows: Sequence[Dossier]
    older: str = ""


def dossier_page(rows: QuerySet[Dossier], before: UUID | None = None) -> DossierPage:
    """One page of dossiers, those before `before` when it is one of them."""
    last = rows.filter(pk=before).first() if before else None
    if last is not None:
        earlier = Q(requested_at__lt=last.requested_at)
        same = Q(requested_at=last.requested_at, pk__lt=last.pk)
        rows = rows.filter(earlier | same)
    found = list(rows.order_by("-requested_at", "-pk")[: PAGE + 1])
    more = len(found) > PAGE
    return DossierPage(found[:PAGE], str(found[PAGE - 1].pk) if more else "")


def generated_entry(dossier: Dossier) -> TrailEntry | None:
    """The entry of the log that holds the digest of the finished file."""
    return TrailEntry.objects.filter(
        log=dossier.system.log,
        subject=subject_of(dossier),
        verb="dossier.generated",
    ).first()
