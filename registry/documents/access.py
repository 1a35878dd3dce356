"""The door to a document: through its system, or through its organisation."""

from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from registry.documents.models import Document
from registry.people.access import active_memberships, demand, may
from registry.people.models import Role, User
from registry.systems.access import Caller, visible_systems

VIEW = "registry.view_document"
ADD = "registry.add_document"


def visible_documents(caller: Caller) -> QuerySet[Document]:
    """Documents of the systems that the caller sees, and of an organisation's own.

    Those of no system open for its people, never for an authority's reader or a key.
    """
    inside = {
        m.organisation_id
        for m in (active_memberships(caller) if isinstance(caller, User) else ())
        if m.role != Role.AUTHORITY and may(caller, VIEW, m.organisation)  # type: ignore[arg-type]
    }
    reached = Q(system__in=visible_systems(caller).order_by().values("pk"))
    own = Q(system__isnull=True, organisation__in=inside)
    return Document.objects.filter(reached | own).select_related(
        "system__log", "organisation__log", "uploaded_by"
    )


def get_document(caller: Caller, document_id: UUID) -> Document:
    """The document, 404 when unseen, PermissionDenied when the role lacks it."""
    found = visible_documents(caller).filter(pk=document_id).first()
    if found is None:
        raise Http404(_("There is no such document, or you may not see it."))
    if isinstance(caller, User):
        demand(caller, VIEW, found.organisation)
    return found
