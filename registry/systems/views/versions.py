"""Versions of a system as a whole."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from registry.people.access import acting
from registry.systems.access import get_allowed_system, get_visible_system
from registry.systems.forms.facts import VersionForm
from registry.systems.selectors import page_address, versions_of
from registry.systems.services import add_version
from registry.systems.views import page


@require_safe
def versions(request: HttpRequest, pk: UUID) -> HttpResponse:
    system = get_visible_system(request.user, pk)
    return page(
        request,
        "versions",
        system,
        "versions",
        versions=versions_of(system),
        models_url=page_address("aimodels:of_system", system),
        deployments_url=page_address("deployments:of_system", system),
        live_url=page_address("deployments:live", system),
    )


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, pk: UUID) -> HttpResponse:
    system = get_allowed_system(request.user, pk, "registry.add_systemversion")
    typed = request.POST if request.method == "POST" else None
    form = VersionForm(typed, system=system)
    made = form.attempt(
        lambda: add_version(
            system=system,
            facts={k: form.cleaned_data[k] for k in ("name", "changes")},
            model_versions=form.cleaned_data["model_versions"],
            by=acting(request.user, system.organisation),
            at=timezone.now(),
        )
    )
    if made:
        said = _("Version %(name)s is registered.") % {"name": made.name}
        messages.info(request, said)
        return redirect("systems:versions", system.pk)
    return page(request, "add_version", system, "versions", form=form)
