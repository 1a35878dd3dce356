"""Registering a system and changing what is stated of it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from registry.operators.access import organisation_for
from registry.operators.views import chosen
from registry.people.access import acting
from registry.systems.access import get_allowed_system
from registry.systems.forms.systems import EditSystemForm, SystemForm
from registry.systems.services import edit_system, register_system
from registry.systems.views import page


@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    organisation = organisation_for(
        request.user, chosen(request), "registry.add_aisystem"
    )
    typed = request.POST if request.method == "POST" else None
    form = SystemForm(typed, organisation=organisation)
    made = form.attempt(
        lambda: register_system(
            organisation=organisation,
            facts=form.facts(),
            by=acting(request.user, organisation),
            at=timezone.now(),
        )
    )
    if made:
        said = _("%(name)s is registered. Its log is open: %(origin)s.")
        messages.info(request, said % {"name": made.name, "origin": made.log.origin})
        return redirect("systems:overview", made.pk)
    return render(
        request,
        "registry/systems/register.html",
        {"form": form, "organisation": organisation},
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    system = get_allowed_system(request.user, pk, "registry.change_aisystem")
    form = EditSystemForm(
        request.POST if request.method == "POST" else None,
        initial=EditSystemForm.stored(system),
        organisation=system.organisation,
    )
    made = form.attempt(
        lambda: edit_system(
            system=system,
            facts=form.facts(),
            revision=form.cleaned_data["revision"],
            changed_on=form.cleaned_data["changed_on"],
            by=acting(request.user, system.organisation),
            at=timezone.now(),
        )
    )
    if not made:
        return page(request, "edit", system, "overview", form=form)
    messages.info(request, _("What is stated of the system is kept."))
    if made.intended_purpose != system.intended_purpose:
        said = _(
            "The new purpose is recorded as a change. Look whether it is a substantial "
            "modification (Art. 3(23)), and classify the system again."
        )
        messages.warning(request, said)
    return redirect("systems:overview", system.pk)
