"""Who may come in, and which errors go out: what all views of the intake share."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from audits.events.access import SourceKeyHolder, presented_key, source_key
from audits.events.api import problems
from audits.events.api.problems import Problem
from audits.events.contents import IdConflict
from audits.events.models import Scope
from audits.events.queue import QueueFull
from audits.log.seal import NotSigned, SignerAway
from audits.log.services import ClockWentBack

View = Callable[[HttpRequest], HttpResponse]
Act = Callable[[SourceKeyHolder, HttpRequest], HttpResponse]
# What becomes of the errors of an act.
TOLD: dict[type[Exception], Callable[[Any], Problem]] = {
    IdConflict: problems.conflict,
    QueueFull: lambda _error: problems.busy(),
    ClockWentBack: problems.clock_is_wrong,
    SignerAway: problems.unsigned,
    NotSigned: problems.unsigned,
    InterfaceError: problems.unavailable,
    OperationalError: problems.unavailable,
}
Teller = Callable[[Problem, HttpRequest], HttpResponse]


def told(error: Exception) -> Problem:
    """What the sender is told of one of the errors in TOLD."""
    return next(how for kind, how in TOLD.items() if isinstance(error, kind))(error)


def caller(request: HttpRequest, scope: Scope) -> SourceKeyHolder:
    """The source whose key was shown; Problem 405, 401 or 403 otherwise."""
    if request.method != "POST":
        raise Problem(405, _("Only POST."), headers={"Allow": "POST"})
    return admitted(request.META.get("HTTP_AUTHORIZATION", ""), scope)


def admitted(authorization: str, scope: Scope) -> SourceKeyHolder:
    """The source whose key the header shows; Problem 401 or 403 otherwise."""
    key = presented_key(authorization)
    holder = source_key(key) if key else None
    if holder is None:
        raise Problem(
            401,
            _("Send the key of an event source: Authorization: Bearer KEY. It may be "
              "unknown, revoked or expired."),
            headers={"WWW-Authenticate": 'Bearer realm="Probatum"'},
        )  # fmt: skip
    if not holder.may(scope):
        raise Problem(
            403,
            _("This key lacks the scope %(scope)s.") % {"scope": scope.value},
        )
    return holder


def is_dry_run(request: HttpRequest) -> bool:
    """Whether the address says ``?dry_run=true``; Problem 400 for anything unknown.

    It stands in the address and not in a header: logs show it, no proxy drops it and
    no client's defaults set it for all that it posts. A misspelt word is refused,
    since who asks for a rehearsal must not get the performance.
    """
    if not request.META.get("QUERY_STRING"):
        return False
    asked = {name: request.GET.getlist(name) for name in request.GET}
    if asked not in ({"dry_run": ["true"]}, {"dry_run": ["false"]}):
        raise Problem(
            400,
            _("Nothing was stored. The one parameter of this address is dry_run, which "
              "is true or false."),
        )  # fmt: skip
    return asked["dry_run"] == ["true"]


def as_details(problem: Problem, _request: HttpRequest) -> HttpResponse:
    return problem.response()


def taken_in(scope: Scope, tell: Teller = as_details) -> Callable[[Act], View]:
    """Make a view of an act: POST only, a key with the scope, errors as problems."""

    def wrap(act: Act) -> View:
        @csrf_exempt
        @login_not_required
        @wraps(act)
        def view(request: HttpRequest) -> HttpResponse:
            try:
                return act(caller(request, scope), request)
            except Problem as error:
                problem = error
            except tuple(TOLD) as error:
                problem = told(error)
            return tell(problem, request)

        return view

    return wrap
