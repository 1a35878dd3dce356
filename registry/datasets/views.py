"""Pages of data sets: the list, one of them, its versions, those of a system."""

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from registry.datasets.access import (
    ADD,
    ADD_VERSION,
    VIEW,
    get_dataset,
    visible_datasets,
)
from registry.datasets.forms import (
    DatasetVersionForm,
    ForSystemsForm,
    ListForm,
    UseForm,
)
from registry.datasets.models import DatasetVersion
from registry.datasets.selectors import (
    ART_10,
    counted,
    datasets_of,
    learnt_from,
    missing,
    named_page,
    stated,
)
from registry.datasets.services import (
    register_dataset,
    register_dataset_version,
    use_dataset,
)
from registry.operators.access import organisation_for
from registry.operators.views import chosen
from registry.people.access import acting, may
from registry.systems.access import get_allowed_system, may_on, visible_systems
from registry.systems.models import AISystem
from registry.systems.selectors import page_address
from registry.systems.views import in_system


@require_safe
def list(request: HttpRequest) -> HttpResponse:
    organisation = organisation_for(request.user, chosen(request), VIEW)
    wanted = ListForm(request.GET).found()
    seen = visible_datasets(request.user).filter(organisation=organisation)
    return render(
        request,
        "registry/datasets/list.html",
        {
            "found": named_page(counted(seen), **wanted),
            "wanted": wanted,
            "may_add": may(request.user, ADD, organisation),
        },
    )


@require_safe
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    dataset = get_dataset(request.user, pk)
    versions = [(v, missing(v)) for v in dataset.versions.order_by("-created_at")[:100]]
    return render(
        request,
        "registry/datasets/detail.html",
        {
            "dataset": dataset,
            "versions": versions,
            "asked": len(ART_10),
            "may_add_version": may(request.user, ADD_VERSION, dataset.organisation),
            "may_use": may(request.user, ADD, dataset.organisation),
        },
    )


@require_safe
def of_system(request: HttpRequest, pk: UUID) -> HttpResponse:
    system = get_allowed_system(request.user, pk, VIEW)
    return in_system(
        request,
        "registry/datasets/of_system.html",
        system,
        "data",
        datasets=datasets_of(system),
        asked=len(ART_10),
        documents_url=page_address("documents:list", system),
        add_url=f"{reverse('datasets:add')}?system={system.pk}"
        if may_on(request.user, ADD, system)
        else "",
        may_add_version=may_on(request.user, ADD_VERSION, system),
    )


def systems_to_choose(request: HttpRequest, permission: str) -> QuerySet[AISystem]:
    """The systems that something new may be registered for, of one organisation.

    The organisation is that of ``?system=`` when the person sees it, else the one
    they work in; PermissionDenied when no role there gives the permission.
    """
    seen = visible_systems(request.user)
    asked = request.GET.get("system", "")
    system = next((s for s in seen if str(s.pk) == asked), None) if asked else None
    organisation = system.organisation if system else chosen(request)
    found = organisation_for(request.user, organisation, permission)
    return seen.filter(organisation=found)


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    systems = systems_to_choose(request, ADD)
    form = ForSystemsForm(
        request.POST if request.method == "POST" else None,
        systems=systems,
        initial={"systems": request.GET.getlist("system")},
    )
    made = form.attempt(
        lambda: register_dataset(
            organisation=form.cleaned_data["systems"][0].organisation,
            systems=form.cleaned_data["systems"],
            facts=form.facts(),
            by=acting(request.user, form.cleaned_data["systems"][0].organisation),
            at=timezone.now(),
        )
    )
    if made:
        said = _("%(name)s is registered. Its first version is what models name.")
        messages.info(request, said % {"name": made.name})
        return redirect("datasets:detail", made.pk)
    return render(
        request,
        "registry/datasets/add.html",
        {"form": form, "systems": systems},
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "POST"])
def use(request: HttpRequest, pk: UUID) -> HttpResponse:
    dataset = get_dataset(request.user, pk, ADD)
    others = visible_systems(request.user).filter(organisation=dataset.organisation)
    form = UseForm(
        request.POST if request.method == "POST" else None,
        systems=others.exclude(pk__in=dataset.systems.values("pk")),
    )
    made = form.attempt(
        lambda: use_dataset(
            dataset=dataset,
            system=form.cleaned_data["system"],
            by=acting(request.user, dataset.organisation),
            at=timezone.now(),
        )
    )
    if made:
        messages.info(request, _("The use by one more system is kept."))
        return redirect("datasets:detail", pk)
    return render(
        request,
        "registry/datasets/use.html",
        {"form": form, "dataset": dataset},
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "POST"])
def add_version(request: HttpRequest, pk: UUID) -> HttpResponse:
    dataset = get_dataset(request.user, pk, ADD_VERSION)
    newest = dataset.versions.first()
    kept = {q.name: getattr(newest, q.name) for q in ART_10} if newest else {}
    form = DatasetVersionForm(
        request.POST if request.method == "POST" else None, initial=kept
    )
    made = form.attempt(
        lambda: register_dataset_version(
            dataset=dataset,
            facts=form.facts(),
            by=acting(request.user, dataset.organisation),
            at=timezone.now(),
        )
    )
    if made:
        messages.info(
            request, _("Version %(name)s is registered.") % {"name": made.name}
        )
        return redirect("datasets:version", pk, made.pk)
    return render(
        request,
        "registry/datasets/add_version.html",
        {"form": form, "dataset": dataset, "newest": newest},
        status=422 if form.errors else 200,
    )


@require_safe
def version(request: HttpRequest, pk: UUID, version_id: UUID) -> HttpResponse:
    dataset = get_dataset(request.user, pk)
    row = get_object_or_404(DatasetVersion, dataset=dataset, pk=version_id)
    return render(
        request,
        "registry/datasets/version.html",
        {
            "dataset": dataset,
            "version": row,
            "facts": stated(row),
            "missing": missing(row),
            "learnt": learnt_from(row, visible_systems(request.user)),
        },
    )
