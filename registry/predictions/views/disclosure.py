"""Choosing what of a prediction is disclosed, seeing it first, and taking the file."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from audits.log.services import ClockWentBack
from registry.people.access import acting
from registry.predictions.access import DISCLOSE, Found, find_in_system
from registry.predictions.contents.disclosure import NotDisclosable, groups_of
from registry.predictions.contents.event import contents_of
from registry.predictions.contents.prediction import prediction_of
from registry.predictions.forms import DisclosureForm
from registry.predictions.render import download
from registry.predictions.services.disclosure import (
    disclose,
    disclosure_at,
    disclosure_file,
    selection,
)
from registry.predictions.services.taking_out import record_download
from registry.predictions.views import person, system_page
from registry.predictions.views.prediction import or_gone
from registry.systems.access import get_allowed_system


@require_http_methods(["GET", "POST"])
@or_gone
def disclose_fields(request: HttpRequest, pk: UUID, event_id: UUID) -> HttpResponse:
    """Choose, then see what the recipient will see, then record it."""
    found = _found(request, pk, event_id)
    if request.method != "POST" or "change" in request.POST:
        return _page(request, found, _form(request, found))
    form = _form(request, found)
    try:
        if not form.is_valid():
            return _page(request, found, form, status=422)
        what = form.disclosed()
        if "record" not in request.POST:
            chosen = selection(found, what.paths)
            return _page(request, found, form, chosen=chosen, what=what)
        by = acting(person(request), found.system.organisation)
        disclose(found=found, what=what, by=by, at=timezone.now())
    except (NotDisclosable, ClockWentBack) as error:
        form.add_error(None, str(error))
        return _page(request, found, form, status=422)
    messages.info(request, _("Recorded in the log. The file can be downloaded below."))
    return redirect(_address("detail", found) + "#disclosures")


@require_GET
@or_gone
def download_disclosure(
    request: HttpRequest, pk: UUID, event_id: UUID, idx: int
) -> HttpResponse:
    """The file of a disclosure, made anew; that a person took it is recorded."""
    found = _found(request, pk, event_id)
    try:
        data = disclosure_file(found, disclosure_at(found, idx))
    except NotDisclosable as error:
        said = _("The file cannot be made any more. %(why)s") % {"why": error}
        messages.warning(request, said)
        return redirect(_address("detail", found) + "#disclosures")
    by = acting(person(request), found.system.organisation)
    record_download(found=found, what=f"disclosure {idx}", by=by, at=timezone.now())
    name = f"{event_id}-{idx}.json"
    return download(data, name, content_type="application/json")


def _found(request: HttpRequest, pk: UUID, event_id: UUID) -> Found:
    system = get_allowed_system(person(request), pk, DISCLOSE)
    return find_in_system(system, event_id)


def _form(request: HttpRequest, found: Found) -> DisclosureForm:
    groups = groups_of(contents_of(found.log, found.entry))
    if request.method != "POST":
        return DisclosureForm(groups=groups)
    if "change" in request.POST:
        ticked = request.POST.getlist("fields_shown")
        typed = {**request.POST.dict(), "fields_shown": ticked}
        return DisclosureForm(initial=typed, groups=groups)
    return DisclosureForm(request.POST, groups=groups)


def _address(name: str, found: Found) -> str:
    address = {"pk": found.system.pk, "event_id": found.entry.event_id}
    return reverse(f"predictions:{name}", kwargs=address)


def _page(
    request: HttpRequest,
    found: Found,
    form: DisclosureForm,
    *,
    status: int = 200,
    **preview: object,
) -> HttpResponse:
    contents = contents_of(found.log, found.entry)
    return system_page(
        request,
        "disclose.html",
        found.system,
        "predictions",
        status=status,
        entry=found.entry,
        shown=prediction_of(contents),
        form=form,
        groups=groups_of(contents),
        ticked=set(form["fields_shown"].value() or []),
        **preview,
    )
