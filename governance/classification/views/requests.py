"""Asking a colleague for a fact, answering, and taking the answer in."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from governance.classification.access import ADD, VIEW
from governance.classification.forms.acts import AskForm
from governance.classification.forms.questions import QuestionsForm
from governance.classification.models import FactRequest
from governance.classification.selectors import request_of
from governance.classification.services import (
    answer_request,
    ask_person,
    take_told,
    withdraw_request,
)
from governance.classification.views import page, person
from governance.classification.views.interview import stands_at, tell_removed
from governance.classification.views.wizard import DOCUMENTS
from governance.law.load import law
from registry.people.access import acting
from registry.people.models import User
from registry.systems.access import get_allowed_system
from registry.systems.models import AISystem


@require_POST
def ask(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask somebody for a fact that is not established."""
    system = get_allowed_system(request.user, pk, ADD)
    form = AskForm(request.POST)
    made = form.attempt(
        lambda: ask_person(
            system=system,
            fact=form.cleaned_data["fact"],
            asked_of=get_object_or_404(User, pk=form.cleaned_data["asked_of"]),
            asked_by=person(request),
            by=acting(request.user, system.organisation),
            at=timezone.now(),
        )
    )
    if made is None:
        reasons = "; ".join(str(r) for each in form.errors.values() for r in each)
        messages.error(request, _("Nobody was asked. %s") % reasons)
    else:
        messages.info(
            request,
            _("%(who)s finds the question on their page “Home”. The answer is proposed "
              "to you here.")
            % {"who": made.asked_of},
        )  # fmt: skip
    return redirect(_back(request, system))


@require_http_methods(["GET", "POST"])
def asked(request: HttpRequest, pk: UUID, request_id: UUID) -> HttpResponse:
    """The question as the person who was asked sees it."""
    system = get_allowed_system(request.user, pk, VIEW)
    row = request_of(system, request_id)
    if row.asked_of_id != person(request).pk:
        raise PermissionDenied(_("Somebody else is asked for this fact."))
    question = law().questions.get(row.fact)
    if question is None:
        raise Http404(_("The law does not ask this question any more."))
    form = QuestionsForm(
        request.POST if request.method == "POST" else None,
        questions=[question],
        answers={} if row.answer is None else {row.fact: row.answer},
        proposed={},
        provenance={row.fact: {"source": row.source, "evidence": row.evidence}},
        documents=list(system.documents.order_by("-uploaded_at")[:DOCUMENTS]),
    )
    if row.waits and form.is_bound and form.is_valid():
        answer_request(
            request=row,
            answer=form.answers()[row.fact],
            told=form.told()[row.fact],
            by=acting(request.user, system.organisation),
            at=timezone.now(),
        )
        messages.info(
            request,
            _("Thank you. %(who)s sees your answer and takes it in or not.")
            % {"who": row.asked_by},
        )
        return redirect("home:home")
    return page(request, "asked", system, row=row, form=form)


@require_POST
def take_in(request: HttpRequest, pk: UUID, request_id: UUID) -> HttpResponse:
    """Take a colleague's answer into one's own draft, as theirs."""
    system = get_allowed_system(request.user, pk, ADD)
    row = request_of(system, request_id)
    found, gone = take_told(
        request=row, author=person(request), today=timezone.localdate()
    )
    tell_removed(request, gone)
    return redirect(stands_at(system, found))


@require_POST
def withdraw(request: HttpRequest, pk: UUID, request_id: UUID) -> HttpResponse:
    """Ask no longer, or set a colleague's answer aside."""
    system = get_allowed_system(request.user, pk, ADD)
    row: FactRequest = request_of(system, request_id)
    withdraw_request(
        request=row, by=acting(request.user, system.organisation), at=timezone.now()
    )
    messages.info(request, _("%(who)s is asked no longer.") % {"who": row.asked_of})
    return redirect(_back(request, system))


def _back(request: HttpRequest, system: AISystem) -> str:
    """The page on which the button was: one of three, never an address from outside."""
    name = request.POST.get("back", "")
    known = name if name in {"overview", "review", "verdict"} else "verdict"
    return reverse(f"classification:{known}", args=[system.pk])
