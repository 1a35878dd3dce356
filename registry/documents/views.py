"""Pages of a system's documents: the list, an upload, a download."""

from uuid import UUID

import structlog
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from registry.documents.access import ADD, VIEW, get_document
from registry.documents.forms import PageForm, UploadForm
from registry.documents.selectors import documents_page
from registry.documents.services import (
    StoredFileLost,
    add_document,
    hand_out,
    too_large,
)
from registry.people.access import acting
from registry.systems.access import get_allowed_system, may_on
from registry.systems.models import AISystem
from registry.systems.views import in_system

TAB = "documentation"
# LIMIT: what a form's other fields and boundaries may add to the file, in bytes.
BESIDE = 64 * 1024
log = structlog.get_logger(__name__)


@require_safe
def list(request: HttpRequest, pk: UUID) -> HttpResponse:
    system = get_allowed_system(request.user, pk, VIEW)
    wanted = PageForm(request.GET)
    before = wanted.cleaned_data["before"] if wanted.is_valid() else None
    return in_system(
        request,
        "registry/documents/list.html",
        system,
        TAB,
        found=documents_page(system, before=before),
        before=before,
        may_add=may_on(request.user, ADD, system),
    )


@csrf_exempt
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say how long a body may be before anything reads it.

    SECURITY: looking for the CSRF token in a form reads the whole body, so the token
    is asked for one step later, in `_upload`.
    """
    system = get_allowed_system(request.user, pk, ADD)
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > settings.DOCUMENT_MAX_BYTES + BESIDE:
        return in_system(
            request,
            "registry/documents/upload.html",
            system,
            TAB,
            form=UploadForm(),
            refused=too_large(),
            status=413,
        )
    return _upload(request, system)


@csrf_protect
def _upload(request: HttpRequest, system: AISystem) -> HttpResponse:
    posted = request.method == "POST"
    form = UploadForm(
        request.POST if posted else None, request.FILES if posted else None
    )
    made = form.attempt(
        lambda: add_document(
            organisation=system.organisation,
            system=system,
            uploaded_by=request.user,  # type: ignore[arg-type]
            by=acting(request.user, system.organisation),
            at=timezone.now(),
            **form.facts(),
        )
    )
    if made:
        messages.info(request, _("%(title)s is stored.") % {"title": made.title})
        return redirect("documents:list", system.pk)
    return in_system(request, "registry/documents/upload.html", system, TAB, form=form)


@require_GET
def download(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Hand out the file: never to be shown, run or sniffed by the browser."""
    document = get_document(request.user, pk)
    try:
        data = hand_out(
            document=document,
            by=acting(request.user, document.organisation),
            at=timezone.now(),
        )
    except StoredFileLost:
        log.exception("document_lost", document=str(document.pk))
        return render(
            request, "registry/documents/lost.html", {"document": document}, status=500
        )
    return HttpResponse(
        data,
        content_type=document.media_type,
        headers={
            "Content-Disposition": content_disposition_header(
                as_attachment=True, filename=document.file_name
            ),
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "private, no-store",
        },
    )
