"""What was submitted, and every file."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from governance.dossiers.serializers import kept_file
from governance.registration.access import VIEW, demand_read
from governance.registration.models import RegistrationSubmission
from governance.registration.render.files import KINDS, file_name
from governance.registration.render.words import Export
from governance.registration.selectors import submission_of
from governance.registration.services import hand_out
from governance.registration.views import asked, door, page
from registry.people.access import acting
from registry.systems.access import get_allowed_system
from registry.systems.models import AISystem


@require_GET
def export(
    request: HttpRequest, pk: UUID, operator: UUID, section: str, kind: str
) -> HttpResponse:
    """The draft as a file; it says on itself that it is none."""
    found = door(request, pk, operator, section, law=asked(request))
    return _file(request, found.system, Export(found.content), kind)


@require_safe
def submission(request: HttpRequest, pk: UUID, submission_id: UUID) -> HttpResponse:
    """What somebody stated was submitted, as the draft stood."""
    system, row = _submitted(request, pk, submission_id)
    found = Export(row.content, row)
    return page(
        request,
        "submission",
        system,
        submission=row,
        export=found,
        rows=found.rows(),
        operator=row.registration.operator,
    )


@require_GET
def submitted_file(
    request: HttpRequest, pk: UUID, submission_id: UUID, kind: str
) -> HttpResponse:
    """What was submitted as a file."""
    system, row = _submitted(request, pk, submission_id)
    return _file(request, system, Export(row.content, row), kind)


def _submitted(
    request: HttpRequest, pk: UUID, submission_id: UUID
) -> tuple[AISystem, RegistrationSubmission]:
    system = get_allowed_system(request.user, pk, VIEW)
    row = submission_of(system, submission_id)
    demand_read(request.user, system, non_public=row.non_public)
    return system, row


def _file(
    request: HttpRequest, system: AISystem, found: Export, kind: str
) -> HttpResponse:
    if kind not in KINDS:
        raise Http404(_("There are files of the kinds json, xlsx and pdf."))
    by = acting(request.user, system.organisation)
    data = hand_out(system=system, export=found, kind=kind, by=by, at=timezone.now())
    return kept_file(data, KINDS[kind].media_type, file_name(found, kind))
