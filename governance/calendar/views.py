"""The calendar of due days, and the secret address for one's own calendar program."""

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from governance.calendar.contents import by_day
from governance.calendar.models import CalendarFeed
from governance.calendar.selectors import LINES, by_month, month_of, overdue
from governance.calendar.services import end_feed, make_feed
from governance.obligations.access import systems_with_duties
from governance.obligations.selectors import derived_since
from registry.people.access import PersonRequest, acting


@require_safe
def calendar(request: PersonRequest) -> HttpResponse:
    return _page(request)


@require_POST
def make(request: PersonRequest) -> HttpResponse:
    """A new secret address; it is shown this once."""
    if request.organisation is None:
        return redirect("home:home")
    token = make_feed(
        person=request.user,
        organisation=request.organisation,
        only_mine=request.POST.get("of") != "all",
        by=acting(request.user, request.organisation),
        at=timezone.now(),
    )
    path = reverse("calendar_api:feed")
    return _page(request, link=f"{settings.BASE_URL}{path}?token={token}")


@require_POST
def end(request: PersonRequest) -> HttpResponse:
    """End the secret address."""
    if request.organisation is None:
        return redirect("home:home")
    ended = end_feed(
        person=request.user,
        organisation=request.organisation,
        by=acting(request.user, request.organisation),
        at=timezone.now(),
    )
    if ended:
        messages.info(request, _("Ended. Programs that read it get nothing any more."))
    return redirect("obligations:calendar")


def _page(request: PersonRequest, **context: Any) -> HttpResponse:
    today = timezone.localdate()
    month = _month(request.GET.get("month", ""), today)
    seen = systems_with_duties(request.user).filter(organisation=request.organisation)
    systems = seen.order_by().values("pk")
    found, late = month_of(systems, month, _after(month)), overdue(systems, today)
    return render(
        request,
        "governance/calendar/calendar.html",
        {
            "today": today,
            "month": month,
            "earlier": _before(month),
            "later": _after(month),
            "days": by_day(found[:LINES]),
            "late": by_day(late[:LINES]),
            "late_count": len(late),
            "more": len(found) > LINES or len(late) > LINES,
            "months": by_month(systems, today.replace(day=1)),
            "feed": CalendarFeed.objects.filter(user=request.user).first(),
            "derived_since": derived_since(systems),
            **context,
        },
    )


def _month(text: str, today: date) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)


def _after(month: date) -> date:
    years, following = divmod(month.month, 12)
    return date(min(month.year + years, date.max.year), following + 1, 1)


def _before(month: date) -> date:
    if month.month > 1:
        return month.replace(month=month.month - 1)
    return date(max(month.year - 1, date.min.year), 12, 1)
