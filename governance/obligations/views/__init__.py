"""Pages of duties. Each begins at the door."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from governance.obligations.access import ACCEPT, CHANGE, SUBMIT
from registry.people.models import User
from registry.systems.access import may_on
from registry.systems.models import AISystem
from registry.systems.selectors import system_header


def page(
    request: HttpRequest,
    name: str,
    system: AISystem,
    *,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """A page under the tab "Duties" of a system."""
    return render(
        request,
        f"governance/obligations/{name}.html",
        {
            **system_header(system, request.user, "duties"),
            "part": "duties",
            "may": {
                "change": may_on(request.user, CHANGE, system),
                "submit": may_on(request.user, SUBMIT, system),
                "accept": may_on(request.user, ACCEPT, system),
            },
            **context,
        },
        status=status,
    )


def person(request: HttpRequest) -> User:
    """The person who asks; the door has made sure that it is one."""
    if not isinstance(request.user, User):
        raise TypeError("a page of duties was asked for by nobody")
    return request.user
