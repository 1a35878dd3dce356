"""What may go, a removal and its approval; a system's duties and holds."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from audits.duties.services import (
    AlreadyEnded,
    end_duty,
    lift_hold,
    place_hold,
    set_duty,
)
from audits.retention.models import Removal
from audits.retention.services import (
    RemovalRefused,
    approve_removal,
    prepare_removal,
    withdraw_removal,
)
from governance.retention.access import (
    APPROVE,
    MANAGE,
    PREPARE,
    VIEW,
    get_duty,
    get_hold,
    get_removal,
    own_systems,
)
from governance.retention.contents import report_of, system_retention
from governance.retention.forms import ApproveForm, DutyForm, MonthForm, ReasonForm
from registry.operators.access import organisation_for
from registry.people.access import PersonRequest, acting, may
from registry.people.forms import posted
from registry.people.models import Organisation
from registry.systems.access import get_allowed_system, may_on
from registry.systems.models import AISystem
from registry.systems.selectors import system_header

FOLDER = "governance/retention"
BOTH = ["GET", "HEAD", "POST"]


@require_http_methods(BOTH)
def report(request: PersonRequest) -> HttpResponse:
    """What may go and what stays until when; preparing a removal."""
    is_post = request.method == "POST"
    permission = PREPARE if is_post else VIEW
    organisation = organisation_for(request.user, request.organisation, permission)
    form, now = MonthForm(posted(request)), timezone.now()
    if is_post and form.is_valid():
        try:
            found = prepare_removal(
                logs=[each.log for each in own_systems(organisation)],
                month=form.cleaned_data["month"],
                record_in=organisation.log,
                by=acting(request.user, organisation),
                at=now,
            )
        except RemovalRefused as error:
            form.add_error(None, str(error))
        else:
            return redirect("retention:removal", found.pk)
    context = {
        "report": report_of(organisation, now),
        "organisation": organisation,
        "form": form,
        "may_prepare": may(request.user, PREPARE, organisation),
    }
    status = 422 if form.errors else 200
    return render(request, f"{FOLDER}/report.html", context, status=status)


@require_http_methods(BOTH)
def removal(request: PersonRequest, pk: UUID) -> HttpResponse:
    """One removal: what it takes, and the approval of a second person."""
    is_post = request.method == "POST"
    permission = APPROVE if is_post else VIEW
    organisation = organisation_for(request.user, request.organisation, permission)
    found = get_removal(organisation, pk)
    form = ApproveForm(posted(request), found.month)
    if is_post and form.is_valid():
        by = acting(request.user, organisation)
        try:
            approve_removal(removal=found, by=by, at=timezone.now())
        except RemovalRefused as error:
            form.add_error(None, str(error))
        else:
            messages.info(request, _("Approved in your name. A worker carries it out."))
            return redirect("retention:removal", pk)
    return _removal(request, organisation, found, form)


def _removal(
    request: PersonRequest, organisation: Organisation, found: Removal, form: Form
) -> HttpResponse:
    user = request.user
    names = {each.log_id: each.name for each in own_systems(organisation)}
    logs = found.logs.order_by("title")
    context = {
        "removal": found,
        "logs": [(log, names.get(log.pk, log.title)) for log in logs],
        "form": form,
        "is_own": found.prepared_id == acting(user, organisation).id,
        "may_approve": may(user, APPROVE, organisation),
        "may_withdraw": may(user, PREPARE, organisation),
    }
    status = 422 if form.errors else 200
    return render(request, f"{FOLDER}/removal.html", context, status=status)


@require_POST
def withdraw(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Give a removal up."""
    organisation = organisation_for(request.user, request.organisation, PREPARE)
    found = get_removal(organisation, pk)
    try:
        by = acting(request.user, organisation)
        withdraw_removal(removal=found, by=by, at=timezone.now())
    except RemovalRefused as error:
        messages.warning(request, str(error))
    return redirect("retention:removal", pk)


@require_safe
def system(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How long the records of one system are kept, and what asks for it."""
    found = get_allowed_system(request.user, pk, VIEW)
    return _page(
        request,
        "system.html",
        found,
        shown=system_retention(found, timezone.now()),
        may_manage=may_on(request.user, MANAGE, found),
    )


@require_http_methods(BOTH)
def add_duty(request: HttpRequest, pk: UUID) -> HttpResponse:
    """State a duty to keep records longer."""
    found = get_allowed_system(request.user, pk, MANAGE)
    form = DutyForm(posted(request))
    return _act(
        request, found, form, "add_duty.html",
        lambda said: set_duty(log=found.log, duty=form.duty(), **said),
    )  # fmt: skip


@require_http_methods(BOTH)
def end(request: HttpRequest, pk: UUID, duty_id: int) -> HttpResponse:
    """End a duty, with a reason."""
    found = get_allowed_system(request.user, pk, MANAGE)
    duty, form = get_duty(found, duty_id), ReasonForm(posted(request))
    return _act(
        request, found, form, "end_duty.html",
        lambda said: end_duty(duty=duty, **form.cleaned_data, **said), duty=duty,
    )  # fmt: skip


@require_http_methods(BOTH)
def add_hold(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Place a legal hold on all records of the system."""
    found = get_allowed_system(request.user, pk, MANAGE)
    form = ReasonForm(posted(request))
    return _act(
        request, found, form, "add_hold.html",
        lambda said: place_hold(log=found.log, **form.cleaned_data, **said),
    )  # fmt: skip


@require_http_methods(BOTH)
def lift(request: HttpRequest, pk: UUID, hold_id: int) -> HttpResponse:
    """Lift a hold, with a reason."""
    found = get_allowed_system(request.user, pk, MANAGE)
    hold, form = get_hold(found, hold_id), ReasonForm(posted(request))
    return _act(
        request, found, form, "lift_hold.html",
        lambda said: lift_hold(hold=hold, **form.cleaned_data, **said), hold=hold,
    )  # fmt: skip


def _act(
    request: HttpRequest,
    found: AISystem,
    form: Form,
    template: str,
    act: Callable[[dict[str, Any]], object],
    **context: Any,
) -> HttpResponse:
    """Show the form; when it is filled in, record the act in the person's name."""
    if request.method == "POST" and form.is_valid():
        by = acting(request.user, found.organisation)
        try:
            act({"by": by, "at": timezone.now()})
        except AlreadyEnded as error:
            messages.warning(request, str(error))
        else:
            messages.info(request, _("Recorded in the log, in your name."))
        return redirect("retention:system", found.pk)
    status = 422 if form.errors else 200
    return _page(request, template, found, status=status, form=form, **context)


def _page(
    request: HttpRequest,
    template: str,
    found: AISystem,
    *,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    header = system_header(found, request.user, "retention")
    return render(request, f"{FOLDER}/{template}", {**header, **context}, status=status)
