"""Pages of dossiers: lists, a request, progress, the finished file and its proof."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe
from structlog import get_logger

from audits.anchors.selectors import anchor_of
from audits.tlog.page_build import NAME, page_bytes
from governance.dossiers.access import (
    ADD,
    VIEW,
    get_visible_dossier,
    visible_dossiers,
)
from governance.dossiers.contents.missing import preview
from governance.dossiers.forms import PageForm, RequestForm
from governance.dossiers.models import Dossier
from governance.dossiers.selectors.lists import dossier_page, generated_entry
from governance.dossiers.serializers import kept_file
from governance.dossiers.services import (
    NotReady,
    digest_proof,
    hand_out,
    request_dossier,
)
from registry.documents.services import StoredFileLost
from registry.people.access import acting
from registry.systems.access import get_allowed_system, may_on
from registry.systems.models import AISystem
from registry.systems.selectors import system_header

logger = get_logger(__name__)
TAB = "dossiers"
# htmx: stop asking.
STOP = 286


@require_safe
def all(request: HttpRequest) -> HttpResponse:
    """The dossiers of every system that the person sees."""
    organisation = getattr(request, "organisation", None)
    rows = visible_dossiers(request.user).filter(system__organisation=organisation)
    page = dossier_page(rows, PageForm(request.GET).place())
    return render(request, "governance/dossiers/all.html", {"page": page})


@require_safe
def list(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The dossiers of one system, and what a new one would lack."""
    system = get_allowed_system(request.user, pk, VIEW)
    return _list(request, system)


@require_POST
def request(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask for a dossier; the answer is its page, which tells how far it is."""
    system = get_allowed_system(request.user, pk, ADD)
    form = RequestForm(system, request.POST)
    if not form.is_valid():
        return _list(request, system, form, status=422)
    now = timezone.now()
    dossier = request_dossier(
        system=system,
        version=form.cleaned_data["version"],
        requested_by=request.user,  # type: ignore[arg-type]
        by=acting(request.user, system.organisation),
        at=now,
    )
    if dossier.requested_at != now:
        messages.info(request, _("This dossier was being made already."))
    return redirect("dossiers:detail", dossier.pk)


@require_safe
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One dossier: its progress, then its file and how to verify it."""
    dossier = get_visible_dossier(request.user, pk)
    ready = dossier.state == Dossier.State.READY
    entry = generated_entry(dossier) if ready else None
    return render(
        request,
        "governance/dossiers/detail.html",
        {
            **system_header(dossier.system, request.user, TAB),
            **_state(request, dossier),
            "entry": entry,
            "anchor": anchor_of(dossier.system.log, entry.idx) if entry else None,
            "file_name": _file_name(dossier),
        },
    )


@require_safe
def progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How far it is; when it is done, the page is asked to load again."""
    dossier = get_visible_dossier(request.user, pk)
    context = _state(request, dossier)
    if not context["waits"]:
        return HttpResponse(status=STOP, headers={"HX-Refresh": "true"})
    return render(request, "governance/dossiers/_progress.html", context)


@require_GET
def download(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Hand out the file, and leave a trail entry."""
    dossier = get_visible_dossier(request.user, pk)
    try:
        data = hand_out(
            dossier=dossier,
            by=acting(request.user, dossier.system.organisation),
            at=timezone.now(),
        )
    except NotReady as error:
        raise Http404(str(error)) from error
    except StoredFileLost as error:
        logger.exception("dossier_lost", dossier=str(dossier.pk))
        context = {"dossier": dossier, "reason": str(error)}
        return render(request, "governance/dossiers/lost.html", context, status=500)
    return kept_file(data, "application/pdf", _file_name(dossier))


@require_GET
def proof(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The proof that the digest of the file stands in the log."""
    dossier = get_visible_dossier(request.user, pk)
    try:
        data = digest_proof(dossier)
    except NotReady as error:
        raise Http404(str(error)) from error
    return kept_file(data, "application/json", "dossier-proof.json")


@require_GET
def verify_page(request: HttpRequest) -> HttpResponse:
    """The page that verifies offline: a file to keep, which never runs from here."""
    return kept_file(page_bytes(), "text/html; charset=utf-8", NAME)


def _file_name(dossier: Dossier) -> str:
    name = dossier.version.name.replace(".", "-") if dossier.version else ""
    version = f"-{slugify(name)}" if name else ""
    return f"dossier-{dossier.system.slug}{version}-{dossier.as_of:%Y-%m-%d}.pdf"


def _state(request: HttpRequest, dossier: Dossier) -> dict[str, Any]:
    states = Dossier.State
    return {
        "dossier": dossier,
        "waits": dossier.state in {states.REQUESTED, states.BUILDING},
        "may_add": may_on(request.user, ADD, dossier.system),
    }


def _list(
    request: HttpRequest,
    system: AISystem,
    form: RequestForm | None = None,
    status: int = 200,
) -> HttpResponse:
    versions = tuple(system.versions.order_by("-created_at"))
    asked = request.GET.get("version", "")
    chosen = [version for version in versions if str(version.pk) == asked]
    version = next(iter((*chosen, *versions)), None)
    rows = visible_dossiers(request.user).filter(system=system)
    return render(
        request,
        "governance/dossiers/list.html",
        {
            **system_header(system, request.user, TAB),
            "page": dossier_page(rows, PageForm(request.GET).place()),
            "form": form,
            "version": version,
            "versions": versions,
            "missing": preview(system, version),
            "may_add": may_on(request.user, ADD, system),
        },
        status=status,
    )
