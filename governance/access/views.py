"""Pages: an authority's systems; sources of events and their keys."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from governance.access.forms import GivenForm, SourceForm, SourceKeyForm
from governance.access.selectors import (
    authority,
    keyed_system,
    manageable_source,
    manageable_source_key,
    sources_in,
    systems_in,
)
from governance.access.services import (
    give_systems,
    mint_source_key,
    open_source,
    revoke_source_key,
    set_source_active,
)
from registry.people.access import acting, demand
from registry.people.models import Organisation
from registry.people.selectors import MANAGE_KEYS
from registry.people.services import Refused, last_moment
from registry.systems.access import systems_given_to


@require_http_methods(["GET", "POST"])
def given(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Which systems an authority's reader sees, and until when."""
    membership = authority(request.user, pk)
    held = systems_given_to(membership)
    form = GivenForm(
        request.POST or None,
        systems=systems_in(request.user, membership.organisation),
        initial={
            "systems": held,
            "last_day": membership.until.date() if membership.until else None,
        },
    )
    if request.method == "POST" and form.is_valid():
        until = last_moment(form.cleaned_data["last_day"])
        try:
            give_systems(
                membership=membership,
                systems=list(form.cleaned_data["systems"]),
                until=membership.until if until is None else until,
                by=acting(request.user, membership.organisation),
                at=timezone.now(),
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The systems of the authority are changed."))
            return redirect("people:member", membership.user_id)
    context = {"membership": membership, "form": form}
    status = 422 if form.errors else 200
    return render(request, "governance/access/given.html", context, status=status)


@require_http_methods(["GET", "POST"])
def sources(request: HttpRequest) -> HttpResponse:
    """The sources of the organisation's systems; POST opens one."""
    organisation = _managed(request)
    systems = systems_in(request.user, organisation)
    form = SourceForm(request.POST or None, systems=systems)
    if request.method == "POST" and form.is_valid():
        system = keyed_system(request.user, form.cleaned_data["system"].pk)
        try:
            source = open_source(
                system=system,
                name=form.cleaned_data["name"],
                by=acting(request.user, system.organisation),
                at=timezone.now(),
            )
        except Refused as refused:
            form.add_error("name", str(refused))
        else:
            return redirect("access:source", source.pk)
    context = {
        "sources": sources_in(request.user, organisation),
        "form": form,
        "organisation": organisation,
    }
    status = 422 if form.errors else 200
    return render(request, "governance/access/sources.html", context, status=status)


@require_http_methods(["GET", "POST"])
@never_cache
def source(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One source and its keys; POST makes a key and shows it this once."""
    found = manageable_source(request.user, pk)
    system = found.log.system
    form = SourceKeyForm(request.POST or None)
    context = {"source": found, "system": system, "form": form}
    if request.method == "POST" and form.is_valid():
        try:
            row, text = mint_source_key(
                source=found,
                name=form.cleaned_data["name"],
                scopes=form.cleaned_data["scopes"],
                expires_at=last_moment(form.cleaned_data["last_day"]),
                by=acting(request.user, system.organisation),
                at=timezone.now(),
            )
        except Refused as refused:
            form.add_error("last_day", str(refused))
        else:
            context |= {"minted": row, "text": text, "form": SourceKeyForm()}
    context["keys"] = found.keys.order_by("revoked", "-created")
    status = 422 if form.errors else 200
    return render(request, "governance/access/source.html", context, status=status)


@require_POST
def source_state(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Close a source, or open it again."""
    found = manageable_source(request.user, pk)
    set_source_active(
        source=found,
        active=request.POST.get("active") == "yes",
        by=acting(request.user, found.log.system.organisation),
        at=timezone.now(),
    )
    return redirect("access:source", pk)


@require_POST
def revoke_key(request: HttpRequest, prefix: str) -> HttpResponse:
    """Revoke a source's key for ever."""
    key = manageable_source_key(request.user, prefix)
    if not key.revoked:
        organisation = key.source.log.system.organisation
        by = acting(request.user, organisation)
        revoke_source_key(key=key, by=by, at=timezone.now())
    messages.success(request, _("The key is revoked. It cannot be used again."))
    return redirect("access:source", key.source_id)


def _managed(request: HttpRequest) -> Organisation:
    organisation: Organisation | None = request.organisation
    if organisation is None:
        raise Http404(_("You hold no role in any organisation."))
    demand(request.user, MANAGE_KEYS, organisation)
    return organisation
