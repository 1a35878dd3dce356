"""Pages of a system. Each begins at the door and keeps the system's header."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from registry.systems.access import may_on
from registry.systems.models import AISystem
from registry.systems.selectors import system_header


def page(
    request: HttpRequest, name: str, system: AISystem, active: str, **context: Any
) -> HttpResponse:
    """A page of the system with its header; 422 when it shows a refused form.

    ``may`` tells the template what the person's role allows on this system.
    """
    context["may"] = {
        act: may_on(request.user, f"registry.{permission}", system)
        for act, permission in (
            ("change", "change_aisystem"),
            ("add_version", "add_systemversion"),
            ("manage_keys", "manage_keys"),
            ("view_trail", "view_trail"),
        )
    }
    template = f"registry/systems/{name}.html"
    return in_system(request, template, system, active, **context)


def in_system(
    request: HttpRequest,
    template: str,
    system: AISystem,
    active: str,
    *,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """A page of any room under the system's header; 422 with a refused form."""
    form = context.get("form")
    refused = status == 200 and form is not None and form.errors
    return render(
        request,
        template,
        {**system_header(system, request.user, active), **context},
        status=422 if refused else status,
    )
