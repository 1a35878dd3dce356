"""Pages of the classification of a system. Each begins at the door."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from governance.classification.access import ADD, APPROVE
from registry.people.models import User
from registry.systems.access import may_on
from registry.systems.models import AISystem
from registry.systems.selectors import system_header


def page(
    request: HttpRequest, name: str, system: AISystem, **context: Any
) -> HttpResponse:
    """A page under the tab "Classification"; 422 when it shows a refused form."""
    forms = (value for key, value in context.items() if key.endswith("form"))
    refused = any(form is not None and form.errors for form in forms)
    return render(
        request,
        f"governance/classification/{name}.html",
        {
            **system_header(system, request.user, "classification"),
            "may": {
                "add": may_on(request.user, ADD, system),
                "approve": may_on(request.user, APPROVE, system),
            },
            **context,
        },
        status=422 if refused else 200,
    )


def person(request: HttpRequest) -> User:
    """The person who asks; pages are for people, the door has made sure of it."""
    if not isinstance(request.user, User):
        raise TypeError("a page of classification was asked for by nobody")
    return request.user
