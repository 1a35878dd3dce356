"""Services that post a system's events, and their keys."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from audits.events.models import EventSource, Scope, SourceKey
from registry.people.access import acting
from registry.people.services import last_moment
from registry.systems.access import get_allowed_system, get_visible_system
from registry.systems.forms.sources import KeyForm, RevokeForm, SourceForm
from registry.systems.models import AISystem
from registry.systems.selectors import first_event, sources_of
from registry.systems.services import (
    add_source,
    commit_by_field,
    mint_source_key,
    revoke_source_key,
)
from registry.systems.views import page

MANAGE = "registry.manage_keys"


@require_http_methods(["GET", "POST"])
def sources(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who sees the system sees its sources; POST adds one."""
    system = get_visible_system(request.user, pk)
    form = SourceForm(None)
    if request.method == "POST":
        system = get_allowed_system(request.user, pk, MANAGE)
        form = SourceForm(request.POST)
    made = form.attempt(
        lambda: add_source(
            system=system,
            name=form.cleaned_data["name"],
            by=acting(request.user, system.organisation),
            at=timezone.now(),
        )
    )
    if made:
        said = _("%(name)s is registered. It needs a key to post with.")
        messages.info(request, said % {"name": made.name})
        return redirect("systems:mint_key", system.pk, made.pk)
    return page(
        request,
        "sources",
        system,
        "overview",
        form=form,
        sources=sources_of(system),
        now=timezone.now(),
        curl=_curl(request, system, "KEY"),
    )


@require_POST
def by_field(request: HttpRequest, pk: UUID, source_id: UUID) -> HttpResponse:
    """Begin to commit to each field of the source's events, or go back to parts."""
    system = get_allowed_system(request.user, pk, MANAGE)
    source = commit_by_field(
        source=_source(system, source_id),
        by_field=request.POST.get("by_field") == "yes",
        by=acting(request.user, system.organisation),
        at=timezone.now(),
    )
    said = (
        _("Single fields of what %(name)s posts from now on can be disclosed.")
        if source.by_field
        else _("What %(name)s posts from now on can be disclosed by part only.")
    )
    messages.info(request, said % {"name": source.name})
    return redirect("systems:sources", system.pk)


@require_http_methods(["GET", "POST"])
@never_cache
def mint(request: HttpRequest, pk: UUID, source_id: UUID) -> HttpResponse:
    """Make a key. It is in this one answer and nowhere else: so no redirect."""
    system = get_allowed_system(request.user, pk, MANAGE)
    source = _source(system, source_id)
    form = KeyForm(request.POST if request.method == "POST" else None)
    made = form.attempt(
        lambda: mint_source_key(
            source=source,
            name=form.cleaned_data["name"],
            scopes=[Scope(each) for each in form.cleaned_data["scopes"]],
            expires_at=last_moment(form.cleaned_data["last_day"]),
            by=acting(request.user, system.organisation),
            at=timezone.now(),
        )
    )
    if not made:
        return page(request, "mint_key", system, "overview", form=form, source=source)
    row, key = made
    return page(
        request,
        "key_minted",
        system,
        "overview",
        source=source,
        row=row,
        key=key,
        curl=_curl(request, system, key) if Scope.EVENTS_WRITE in row.scopes else "",
    )


@require_http_methods(["GET", "POST"])
def revoke(
    request: HttpRequest, pk: UUID, source_id: UUID, prefix: str
) -> HttpResponse:
    system = get_allowed_system(request.user, pk, MANAGE)
    source = _source(system, source_id)
    key: SourceKey = get_object_or_404(source.keys, prefix=prefix, revoked=False)
    typed = request.POST if request.method == "POST" else None
    form = RevokeForm(typed, expected=key.name)
    made = form.attempt(
        lambda: revoke_source_key(
            key=key, by=acting(request.user, system.organisation), at=timezone.now()
        )
    )
    if made:
        messages.info(request, _("The key “%(name)s” is revoked.") % {"name": key.name})
        return redirect("systems:sources", system.pk)
    return page(
        request, "revoke_key", system, "overview", form=form, source=source, key=key
    )


def _source(system: AISystem, source_id: UUID) -> EventSource:
    return get_object_or_404(EventSource, pk=source_id, log=system.log, active=True)


def _curl(request: HttpRequest, system: AISystem, key: str) -> str:
    address = request.build_absolute_uri("/api/v1/events")
    return first_event(system, address=address, key=key, at=timezone.now())
