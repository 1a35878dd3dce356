"""A system's documents, newest first: by keyset, or to pick from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from registry.documents.models import Document
from registry.systems.models import AISystem

# LIMIT: lines of the list on one page.
LINES = 50
PICKABLE = 100  # LIMIT: documents to pick from


@dataclass(frozen=True, slots=True)
class DocumentsPage:
    """A page of the list, and the id before which the next one begins."""

    documents: Sequence[Document]
    before: str


def documents_page(system: AISystem, *, before: UUID | None = None) -> DocumentsPage:
    """The newest documents, or those that were uploaded before the named one."""
    rows = system.documents.select_related("uploaded_by")
    last = rows.filter(pk=before).first() if before else None
    if last is not None:
        earlier = Q(uploaded_at__lt=last.uploaded_at)
        rows = rows.filter(earlier | Q(uploaded_at=last.uploaded_at, pk__lt=last.pk))
    found = list(rows.order_by("-uploaded_at", "-pk")[: LINES + 1])
    more = len(found) > LINES
    return DocumentsPage(found[:LINES], str(found[LINES - 1].pk) if more else "")


def pickable(system: AISystem, chosen: Iterable[UUID | str] = ()) -> QuerySet[Document]:
    """Documents of the system that may back something, and those that do already."""
    documents = Document.objects.filter(system=system).order_by("-uploaded_at")
    newest = documents.values_list("pk", flat=True)[:PICKABLE]
    return documents.filter(pk__in=[*newest, *chosen])
