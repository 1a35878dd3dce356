"""Pages of deployments: those of a system, going live, ending, and what was live."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from registry.deployments.access import ADD, CHANGE, VIEW
from registry.deployments.forms import DeploymentForm, EndForm, GoLiveForm, LiveForm
from registry.deployments.models import LivePeriod
from registry.deployments.render import timeline
from registry.deployments.selectors import live_at, periods_of, versions_to_choose
from registry.deployments.services import create_deployment, end_period, go_live
from registry.people.access import acting
from registry.systems.access import get_allowed_system, may_on
from registry.systems.views import in_system

TAB = "versions"


@require_safe
def of_system(request: HttpRequest, pk: UUID) -> HttpResponse:
    system = get_allowed_system(request.user, pk, VIEW)
    now = timezone.now()
    periods = periods_of(system)
    return in_system(
        request,
        "registry/deployments/of_system.html",
        system,
        TAB,
        deployments=[
            (each, [p for p in periods if p.deployment_id == each.pk])
            for each in system.deployments.order_by("name")
        ],
        now=now,
        may_add=may_on(request.user, ADD, system),
        may_change=may_on(request.user, CHANGE, system),
    )


@require_safe
def live(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Which version was live at ?at= (now, when it is left out)."""
    system = get_allowed_system(request.user, pk, VIEW)
    now = timezone.now()
    form = LiveForm({"at": request.GET.get("at", "")})
    at = (form.cleaned_data["at"] or now) if form.is_valid() else None
    return in_system(
        request,
        "registry/deployments/live.html",
        system,
        TAB,
        form=form,
        at=at,
        asked=form["at"].field.prepare_value(at or request.GET.get("at", "")),
        found=live_at(system, at) if at else [],
        timeline=timeline(periods_of(system), at=at, now=now) if at else None,
    )


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, pk: UUID) -> HttpResponse:
    system = get_allowed_system(request.user, pk, ADD)
    form = DeploymentForm(request.POST if request.method == "POST" else None)
    made = form.attempt(
        lambda: create_deployment(
            system=system,
            facts=form.facts(),
            by=acting(request.user, system.organisation),
            at=timezone.now(),
        )
    )
    if made:
        said = _("%(name)s is created. Record which version is live there.")
        messages.info(request, said % {"name": made.name})
        return redirect("deployments:go_live", system.pk, made.pk)
    return in_system(request, "registry/deployments/add.html", system, TAB, form=form)


@require_http_methods(["GET", "POST"])
def start(request: HttpRequest, pk: UUID, deployment_id: UUID) -> HttpResponse:
    """Record that a version goes live."""
    system = get_allowed_system(request.user, pk, CHANGE)
    deployment = get_object_or_404(system.deployments, pk=deployment_id)
    now = timezone.now()
    form = GoLiveForm(
        request.POST if request.method == "POST" else None,
        versions=versions_to_choose(system),
        initial={"live_from": now, "version": request.GET.get("version", "")},
    )
    made = form.attempt(
        lambda: go_live(
            deployment=deployment,
            **form.facts(),
            by=acting(request.user, system.organisation),
            at=now,
        )
    )
    if made:
        said = _("%(version)s is recorded as live in %(deployment)s.")
        names = {"version": made.version, "deployment": deployment}
        messages.info(request, said % names)
        return redirect("deployments:of_system", system.pk)
    return in_system(
        request,
        "registry/deployments/go_live.html",
        system,
        TAB,
        form=form,
        deployment=deployment,
    )


@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, pk: UUID, period_id: UUID) -> HttpResponse:
    system = get_allowed_system(request.user, pk, CHANGE)
    periods = LivePeriod.objects.select_related("deployment__system__log", "version")
    period = get_object_or_404(periods, deployment__system=system, pk=period_id)
    now = timezone.now()
    form = EndForm(
        request.POST if request.method == "POST" else None, initial={"live_until": now}
    )
    made = form.attempt(
        lambda: end_period(
            period=period,
            ended_at=form.cleaned_data["live_until"],
            by=acting(request.user, system.organisation),
            at=now,
        )
    )
    if made:
        messages.info(
            request, _("The end of %(version)s is kept.") % {"version": made.version}
        )
        return redirect("deployments:of_system", system.pk)
    return in_system(
        request,
        "registry/deployments/end.html",
        system,
        TAB,
        form=form,
        period=period,
    )
