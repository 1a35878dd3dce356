"""One version of a model, and a new one with its table of figures."""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from registry.aimodels.access import ADD_VERSION, get_model
from registry.aimodels.contents import figures_of
from registry.aimodels.forms import (
    MOST,
    PREFIX,
    ROWS,
    BaseFigures,
    FigureForm,
    ModelVersionForm,
    figures,
)
from registry.aimodels.models import AIModel, ModelVersion
from registry.aimodels.selectors import periods_of, predictions_of
from registry.aimodels.services import register_model_version
from registry.datasets.access import visible_datasets
from registry.datasets.models import DatasetVersion
from registry.people.access import acting


@require_safe
def version(request: HttpRequest, pk: UUID, version_id: UUID) -> HttpResponse:
    aimodel = get_model(request.user, pk)
    rows = ModelVersion.objects.select_related("training_data__dataset")
    row = get_object_or_404(rows, aimodel=aimodel, pk=version_id)
    systems = aimodel.systems.all()
    compared, grids = figures_of(row)
    seen = visible_datasets(request.user).order_by().values_list("pk", flat=True)
    return render(
        request,
        "registry/aimodels/version.html",
        {
            "aimodel": aimodel,
            "version": row,
            "params": json.dumps(row.params, indent=2, ensure_ascii=False)
            if row.params
            else "",
            "compared": compared,
            "chosen": next(
                (each for each in compared if each.label == request.GET.get("metric")),
                compared[0] if compared else None,
            ),
            "grids": grids,
            "periods": periods_of(row, systems),
            "predictions": predictions_of(row, systems),
            "data_is_seen": row.training_data is not None
            and seen.filter(pk=row.training_data.dataset_id).exists(),
        },
    )


@require_http_methods(["GET", "POST"])
def add_version(request: HttpRequest, pk: UUID) -> HttpResponse:
    aimodel = get_model(request.user, pk, ADD_VERSION)
    choice = {"data_versions": _data_versions(request, aimodel)}
    if request.method == "POST" and "more" in request.POST:
        form, table = _with_more_rows(request, choice)
    elif request.method == "POST":
        form = ModelVersionForm(request.POST, **choice)
        table = figures()(request.POST, prefix=PREFIX, form_kwargs=choice)
        made = _register(request, aimodel, form, table)
        if made:
            said = _("Version %(name)s is registered. Events that name it are known.")
            messages.info(request, said % {"name": made.name})
            return redirect("aimodels:version", pk, made.pk)
    else:
        form = ModelVersionForm(**choice)
        table = figures()(prefix=PREFIX, form_kwargs=choice)
    return render(
        request,
        "registry/aimodels/add_version.html",
        {"form": form, "table": table, "aimodel": aimodel, "most": MOST},
        status=422 if form.errors else 200,
    )


def _register(
    request: HttpRequest, aimodel: AIModel, form: ModelVersionForm, table: BaseFigures
) -> ModelVersion | None:
    if not table.is_valid():
        for complaint in table.complaints():
            form.add_error(None, complaint)
    return form.attempt(
        lambda: register_model_version(
            aimodel=aimodel,
            facts=form.facts(),
            metrics=table.facts(),
            by=acting(request.user, aimodel.organisation),
            at=timezone.now(),
        )
    )


def _with_more_rows(
    request: HttpRequest, choice: dict[str, Any]
) -> tuple[ModelVersionForm, BaseFigures]:
    """The form again with what was typed, not judged yet, and more empty rows."""
    total = request.POST.get(f"{PREFIX}-TOTAL_FORMS", "")
    typed = [
        {
            name: request.POST.get(f"{PREFIX}-{row}-{name}", "")
            for name in FigureForm.base_fields
        }
        for row in range(min(int(total), MOST) if total.isdecimal() else 0)
    ]
    used = [row for row in typed if any(row.values())]
    table = figures(ROWS if len(used) < len(typed) else 2 * ROWS)
    return (
        ModelVersionForm(initial=request.POST.dict(), **choice),
        table(prefix=PREFIX, initial=used, form_kwargs=choice),
    )


def _data_versions(request: HttpRequest, aimodel: AIModel) -> QuerySet[DatasetVersion]:
    """Versions of the data sets that the person sees, of the model's organisation."""
    seen = visible_datasets(request.user).filter(organisation=aimodel.organisation)
    rows = DatasetVersion.objects.filter(dataset__in=seen.order_by().values("pk"))
    return rows.select_related("dataset").order_by("dataset__name", "-created_at")
