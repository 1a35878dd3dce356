"""The list of AI models, one of them, those of a system."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from registry.aimodels.access import ADD, ADD_VERSION, VIEW, get_model, visible_models
from registry.aimodels.selectors import (
    counted,
    models_of,
    versions_of,
)
from registry.aimodels.services import register_model, use_model
from registry.datasets.forms import ForSystemsForm, ListForm, UseForm
from registry.datasets.selectors import named_page
from registry.datasets.views import systems_to_choose
from registry.operators.access import organisation_for
from registry.operators.views import chosen
from registry.people.access import acting, may
from registry.systems.access import get_allowed_system, may_on, visible_systems
from registry.systems.views import in_system


@require_safe
def list(request: HttpRequest) -> HttpResponse:
    organisation = organisation_for(request.user, chosen(request), VIEW)
    wanted = ListForm(request.GET).found()
    seen = visible_models(request.user).filter(organisation=organisation)
    return render(
        request,
        "registry/aimodels/list.html",
        {
            "found": named_page(counted(seen), **wanted),
            "wanted": wanted,
            "may_add": may(request.user, ADD, organisation),
        },
    )


@require_safe
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    aimodel = get_model(request.user, pk)
    return render(
        request,
        "registry/aimodels/detail.html",
        {
            "aimodel": aimodel,
            "lines": versions_of(aimodel, aimodel.systems.all(), timezone.now()),
            "may_add_version": may(request.user, ADD_VERSION, aimodel.organisation),
            "may_use": may(request.user, ADD, aimodel.organisation),
        },
    )


@require_safe
def of_system(request: HttpRequest, pk: UUID) -> HttpResponse:
    system = get_allowed_system(request.user, pk, VIEW)
    add_url = f"{reverse('aimodels:add')}?system={system.pk}"
    return in_system(
        request,
        "registry/aimodels/of_system.html",
        system,
        "versions",
        models=models_of(system, timezone.now()),
        add_url=add_url if may_on(request.user, ADD, system) else "",
        may_add_version=may_on(request.user, ADD_VERSION, system),
    )


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    systems = systems_to_choose(request, ADD)
    form = ForSystemsForm(
        request.POST if request.method == "POST" else None,
        systems=systems,
        initial={"systems": request.GET.getlist("system")},
    )
    made = form.attempt(
        lambda: register_model(
            organisation=form.cleaned_data["systems"][0].organisation,
            systems=form.cleaned_data["systems"],
            facts=form.facts(),
            by=acting(request.user, form.cleaned_data["systems"][0].organisation),
            at=timezone.now(),
        )
    )
    if made:
        said = _("%(name)s is registered. Its first version is what events name.")
        messages.info(request, said % {"name": made.name})
        return redirect("aimodels:detail", made.pk)
    return render(
        request,
        "registry/aimodels/add.html",
        {"form": form, "systems": systems},
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "POST"])
def use(request: HttpRequest, pk: UUID) -> HttpResponse:
    aimodel = get_model(request.user, pk, ADD)
    others = visible_systems(request.user).filter(organisation=aimodel.organisation)
    form = UseForm(
        request.POST if request.method == "POST" else None,
        systems=others.exclude(pk__in=aimodel.systems.values("pk")),
    )
    made = form.attempt(
        lambda: use_model(
            aimodel=aimodel,
            system=form.cleaned_data["system"],
            by=acting(request.user, aimodel.organisation),
            at=timezone.now(),
        )
    )
    if made:
        messages.info(request, _("The use by one more system is kept."))
        return redirect("aimodels:detail", pk)
    return render(
        request,
        "registry/aimodels/use.html",
        {"form": form, "aimodel": aimodel},
        status=422 if form.errors else 200,
    )
