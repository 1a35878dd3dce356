"""The list of systems, and one system at a glance."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from registry.operators.views import chosen
from registry.people.access import may, roles_in
from registry.people.models import Role
from registry.systems.access import get_visible_system, visible_systems
from registry.systems.forms.systems import FilterForm
from registry.systems.models import LifecycleState
from registry.systems.selectors import overview_facts, systems_page
from registry.systems.views import page


@require_safe
def list(request: HttpRequest) -> HttpResponse:
    organisation = chosen(request)
    wanted = FilterForm(request.GET).found()
    seen = visible_systems(request.user).filter(organisation=organisation)
    return render(
        request,
        "registry/systems/list.html",
        {
            "found": systems_page(seen, at=timezone.now(), **wanted),
            "wanted": wanted,
            "states": LifecycleState.choices,
            "may_register": organisation is not None
            and may(request.user, "registry.add_aisystem", organisation),
            "operators_open": organisation is not None
            and roles_in(request.user, organisation) != {Role.AUTHORITY},
            "systems_url": request.build_absolute_uri("/api/v1/systems"),
        },
    )


@require_safe
def overview(request: HttpRequest, pk: UUID) -> HttpResponse:
    system = get_visible_system(request.user, pk)
    facts = overview_facts(system, request.user, at=timezone.now())
    return page(request, "overview", system, "overview", facts=facts)
