"""Pages of drafts for the EU database, under the tab of duties."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from governance.classification.forms.acts import LawForm
from governance.registration.access import (
    CHANGE,
    SECURE,
    SUBMIT,
    VIEW,
    demand_read,
)
from governance.registration.contents.drafts import (
    Draft,
    draft_of,
    kept_from_public,
)
from governance.registration.selectors import facts_of
from registry.people.models import User
from registry.systems.access import get_allowed_system, may_on
from registry.systems.models import AISystem
from registry.systems.selectors import system_header

TAB = "duties"


@dataclass(frozen=True, slots=True)
class Asked:
    """The day and the edition by which a page is asked; today, nothing else said."""

    form: LawForm
    on: date
    edition: str | None
    elsewhen: bool

    @property
    def query(self) -> str:
        """The same question for a link."""
        if not self.elsewhen:
            return ""
        return f"?on={self.on.isoformat()}&edition={self.edition or ''}"


def asked(request: HttpRequest) -> Asked:
    """What the address asks by."""
    wanted = bool({"on", "edition"} & set(request.GET))
    form = LawForm(request.GET if wanted else None, auto_id="law_%s", brief=True)
    day, edition = form.law() if wanted and form.is_valid() else (None, "")
    today = timezone.now().date()
    return Asked(form, day or today, edition or None, bool(day or edition))


def door(
    request: HttpRequest,
    pk: UUID,
    operator: UUID,
    section: str,
    *,
    permission: str = VIEW,
    law: Asked | None = None,
) -> Draft:
    """A draft: 404 unseen, 403 not allowed, also for what Art. 49(4) keeps."""
    system = get_allowed_system(request.user, pk, permission)
    facts = facts_of(system, law.on if law else timezone.now().date())
    draft = draft_of(facts, operator, section, law.edition if law else None)
    kept = kept_from_public(draft, timezone.now().date())
    demand_read(request.user, system, non_public=kept)
    return draft


def page(
    request: HttpRequest, name: str, system: AISystem, **context: Any
) -> HttpResponse:
    """A page under the tab "Duties"; 422 when it shows a refused form."""
    forms = (value for key, value in context.items() if key.endswith("form"))
    refused = any(form is not None and form.errors for form in forms)
    return render(
        request,
        f"governance/registration/{name}.html",
        {
            **system_header(system, request.user, TAB),
            "part": "registration",
            "may": {
                "change": may_on(request.user, CHANGE, system),
                "submit": may_on(request.user, SUBMIT, system),
                "secure": may_on(request.user, SECURE, system),
            },
            **context,
        },
        status=422 if refused else 200,
    )


def person(request: HttpRequest) -> User:
    """The person who asks; the door has made sure that it is one."""
    if not isinstance(request.user, User):
        raise TypeError("a page of registration was asked for by nobody")
    return request.user


__all__ = ["Asked", "asked", "door", "page", "person"]
