"""The tab, one draft, one field of it."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from governance.registration.access import CHANGE, SUBMIT, VIEW
from governance.registration.contents.changes import differences
from governance.registration.contents.drafts import Draft, drafts, idle_sections
from governance.registration.forms import FieldForm, SubmitForm
from governance.registration.render.words import Export
from governance.registration.selectors import facts_of, history
from governance.registration.services import record_submission, write_text
from governance.registration.views import Asked, asked, door, page, person
from registry.people.access import acting
from registry.systems.access import get_allowed_system


@require_safe
def of_system(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Every draft of a system, and which sections do not bind."""
    system, law = get_allowed_system(request.user, pk, VIEW), asked(request)
    facts = facts_of(system, law.on)
    found = drafts(facts, law.edition)
    return page(
        request,
        "of_system",
        system,
        facts=facts,
        law=law,
        law_form=law.form,
        drafts=[(draft, differences(draft)) for draft in found],
        idle=idle_sections(facts, law.edition),
    )


@require_safe
def draft(request: HttpRequest, pk: UUID, operator: UUID, section: str) -> HttpResponse:
    """One section for one operator: its fields, its state, what changed since."""
    law = asked(request)
    return _draft(request, door(request, pk, operator, section, law=law), law)


@require_POST
def submit(
    request: HttpRequest, pk: UUID, operator: UUID, section: str
) -> HttpResponse:
    """State what was submitted elsewhere; the draft as it stands is kept."""
    found = door(request, pk, operator, section, permission=SUBMIT)
    form = SubmitForm(request.POST)
    done = form.attempt(
        lambda: record_submission(
            draft=found,
            **form.facts(),
            stated_by=person(request),
            by=acting(request.user, found.system.organisation),
            at=timezone.now(),
        )
    )
    if done is None:
        return _draft(request, found, asked(request), form)
    messages.info(request, _("Kept as stated. Changes are compared with it from now."))
    return redirect("registration:submission", pk, done.pk)


@require_http_methods(["GET", "POST"])
def field(
    request: HttpRequest, pk: UUID, operator: UUID, section: str, field: str
) -> HttpResponse:
    """Put a text in the place of what the register says, or take it back."""
    found = door(request, pk, operator, section, permission=CHANGE)
    chosen = next((each for each in found.fields if each.asks.id == field), None)
    if chosen is None:
        raise Http404(_("This section does not ask for such a field."))
    posted = request.POST if request.method == "POST" else None
    form = FieldForm(posted, initial=FieldForm.stored(chosen), field=chosen)
    kept = None
    if form.is_bound:
        kept = form.attempt(
            lambda: write_text(
                draft=found,
                field=field,
                **form.facts(),
                author=person(request),
                by=acting(request.user, found.system.organisation),
                at=timezone.now(),
            )
        )
    if kept:
        messages.info(request, _("Kept in the draft. Nothing has been sent."))
        return redirect("registration:draft", pk, operator, section)
    parent = found.facts.begun.get((operator, section))
    return page(
        request,
        "field",
        found.system,
        draft=found,
        field_of_draft=chosen,
        form=form,
        history=history(parent, field) if parent else [],
    )


def _draft(
    request: HttpRequest, found: Draft, law: Asked, form: SubmitForm | None = None
) -> HttpResponse:
    export = Export(found.content)
    return page(
        request,
        "draft",
        found.system,
        draft=found,
        export=export,
        rows=[
            (each, export.place(row))
            for each, row in zip(found.fields, found.content["fields"], strict=True)
        ],
        differences=differences(found),
        law=law,
        law_form=law.form,
        submit_form=form or SubmitForm(initial={"read_sha256": found.digest}),
    )
