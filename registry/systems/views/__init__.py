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
    form = context.get("form")
    context["may"] = {
        act: may_on(request.user, f"registry.{permission}", system)
        for act, permission in (
            ("change", "change_aisystem"),
            ("add_version", "add_systemversion"),
            ("manage_keys", "manage_keys"),
            ("view_trail", "view_trail"),
        )
    }
    return render(
        request,
        f"registry/systems/{name}.html",
        {**system_header(system, request.user, active), **context},
        status=422 if form is not None and form.errors else 200,
    )
