"""Two answers for monitors, and the health page with its one act."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from audits.scrub.services import AlreadyAcknowledged, acknowledge
from governance.health.access import (
    ACKNOWLEDGE,
    VIEW,
    get_fault,
    open_faults_beside,
)
from governance.health.contents.page import health_of
from governance.health.contents.probe import probe, reachable
from governance.health.forms import AcknowledgeForm
from registry.operators.access import organisation_for
from registry.people.access import PersonRequest, acting, may
from registry.people.forms import posted


@require_safe
@login_not_required
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when nothing needs anybody; 503 with the reasons, for a monitor to call."""
    found = probe()
    return JsonResponse(found.as_json(), status=503 if found.reasons else 200)


@require_safe
@login_not_required
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when this server and its database answer: send it requests."""
    if reachable():
        return JsonResponse({"status": "ready"})
    return JsonResponse({"status": "the database does not answer"}, status=503)


@require_safe
def page(request: PersonRequest) -> HttpResponse:
    """How everything is that is watched, in words."""
    organisation = organisation_for(request.user, request.organisation, VIEW)
    context = {
        "health": health_of(organisation, timezone.now()),
        "organisation": organisation,
        "may_acknowledge": may(request.user, ACKNOWLEDGE, organisation),
    }
    return render(request, "governance/health/page.html", context)


@require_http_methods(["GET", "POST"])
def fault(request: PersonRequest, pk: UUID) -> HttpResponse:
    """End a fault's alarm, with a reason."""
    organisation = organisation_for(request.user, request.organisation, ACKNOWLEDGE)
    found = get_fault(organisation, pk)
    form = AcknowledgeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        whole = form.cleaned_data["whole_log"]
        try:
            acknowledge(
                faults=open_faults_beside(found) if whole else [found],
                reason=form.cleaned_data["reason"],
                record_in=organisation.log,
                by=acting(request.user, organisation),
                at=timezone.now(),
            )
        except AlreadyAcknowledged as error:
            messages.warning(request, str(error))
        else:
            messages.success(request, _("The fault is acknowledged in your name."))
        return redirect("health:page")
    context = {"fault": found, "form": form, "organisation": organisation}
    status = 422 if form.errors else 200
    return render(request, "governance/health/fault.html", context, status=status)
