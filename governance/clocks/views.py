"""Starting a clock: the count is shown with its steps, then kept."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from governance.clocks.forms import ClockForm
from governance.clocks.services import count, limits_of, start_clock
from governance.law.deadlines import Deadline
from governance.obligations.access import CHANGE, obligation_of
from governance.obligations.contents.lines import ROWS
from registry.people.access import acting
from registry.systems.access import get_allowed_system
from registry.systems.views import in_system


@require_http_methods(["GET", "POST"])
def start(request: HttpRequest, pk: UUID, obligation_id: UUID) -> HttpResponse:
    system = get_allowed_system(request.user, pk, CHANGE)
    row = obligation_of(system, obligation_id)
    limits = limits_of(row)
    if not limits or row.ended_at:
        raise Http404(_("The Act sets no time limit for this duty."))
    form = ClockForm(
        request.POST if request.method == "POST" else None,
        limits=limits,
        initial={
            "revision": row.revision,
            "country": next(iter(system.member_states), ""),
        },
    )
    counted: Deadline | None = None
    if form.is_bound:
        counted = form.attempt(lambda: count(obligation=row, **form.counting()))
    if counted and request.POST.get("act") == "start":
        made = form.attempt(
            lambda: start_clock(
                obligation=row,
                event=form.cleaned_data["event"],
                **form.counting(),
                revision=form.cleaned_data["revision"],
                by=acting(request.user, system.organisation),
                at=timezone.now(),
            )
        )
        if made:
            messages.info(
                request, _("The clock runs. Its day is in the calendar and reminders.")
            )
            return redirect("obligations:one", system.pk, row.pk)
    return in_system(
        request,
        "governance/clocks/start.html",
        system,
        "duties",
        row=row,
        asks=ROWS[row.duty],
        form=form,
        answer=counted.as_json() if counted else None,
    )
