"""Forms that were sent after the session had ended: kept, shown again, then sent.

`registry/people/unsent.py` says who may open what is kept. Nothing is sent before the
person who typed it has looked at it and pressed the button, with a fresh token.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.csrf import csrf_failure
from django.views.decorators.http import require_http_methods

from registry.people.access import PersonRequest
from registry.people.forms import SignInForm
from registry.people.models import User
from registry.people.unsent import Unsent, opened, typed_by

KEY = "unsent"  # in the session of whoever typed it


class SignInFirst(LoginRequiredMiddleware):
    """Asks whoever comes without a session to sign in; loses nothing they typed."""

    def handle_no_permission(  # type: ignore[override] # not always a redirect
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponse:
        if "HX-Request" in request.headers:
            # A part of a page: the whole page asks, not a sign-in form inside it.
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
        # SECURITY: a view that looks for its token later has had no body read so far.
        ours = request.method == "POST" and not getattr(view_func, "csrf_exempt", False)
        who = typed_by(request) if ours else ""
        found = Unsent.of(request) if who else None
        if found is None:
            return super().handle_no_permission(request, view_func)
        context = {"form": SignInForm(request), "unsent": found.seal(who)}
        return render(request, "registration/login.html", context, status=403)


def keep(request: HttpRequest, sealed: str, user: User) -> str:
    """After signing in: the address of what was typed, "" when there is none."""
    if not sealed:
        return ""
    found = opened(sealed, user)
    if found is None:
        messages.warning(
            request,
            _("What was typed before was typed by somebody else, or too long ago. "
              "It was not kept."),
        )  # fmt: skip
        return ""
    request.session[KEY] = found.facts()
    return reverse("people:unsent")


@require_http_methods(["GET", "POST"])
def unsent(request: PersonRequest) -> HttpResponse:
    """Show what was typed; POST sends it, or throws it away."""
    found = Unsent.kept(request.session.get(KEY))
    if request.method == "POST":
        request.session.pop(KEY, None)
        if "discard" in request.GET or found is None:
            messages.info(request, _("What you had typed was thrown away."))
            return redirect((found and found.page) or "home:home")
        # 307: the browser sends the same form, with its fresh token, to that address.
        return redirect(found.path, preserve_request=True)
    if found is None:
        raise Http404(_("Nothing that you typed waits to be sent."))
    return _shown(request, found, reverse("people:unsent"))


def _shown(
    request: HttpRequest, found: Unsent, to: str, status: int = 200
) -> HttpResponse:
    context = {"unsent": found, "typed": [*found.typed()], "to": to}
    return render(request, "registry/people/unsent.html", context, status=status)


@login_not_required
def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token is of an earlier session: who signed in again keeps it.

    SECURITY: only a form of our own pages is shown again. Django has compared the
    Origin already, but a request without one must not pass.
    """
    user = request.user
    origin = f"{request.scheme}://{request.get_host()}"
    if request.headers.get("Origin") == origin and isinstance(user, User):
        sealed = request.POST.get("unsent", "")
        found = opened(sealed, user) if sealed else Unsent.of(request)
        if found is not None:
            return _shown(request, found, found.path, status=403)
    return csrf_failure(request, reason)
