"""A person's own sessions, colours and organisation."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from registry.people.access import PersonRequest, active_memberships
from registry.people.selectors import live_sessions
from registry.people.services import end_other_sessions, end_session
from registry.people.services.signing_in import as_actor

YEAR = 365 * 24 * 3600  # seconds
THEMES = {"light", "dark", "auto"}


@require_safe
def sessions(request: PersonRequest) -> HttpResponse:
    """Every session of the person; the one that asks is marked."""
    context = {
        "sessions": live_sessions(request.user, timezone.now()),
        "current": request.session.session_key,
    }
    return render(request, "registry/people/sessions.html", context)


@require_POST
def end_one(request: PersonRequest) -> HttpResponse:
    """End one of the person's other sessions, named by the instant it began.

    SECURITY: the key of a session is as good as a password, so no page holds it.
    """
    now = timezone.now()
    wanted = request.POST.get("began", "")
    mine = live_sessions(request.user, now).exclude(pk=request.session.session_key)
    found = next((row for row in mine if row.created_at.isoformat() == wanted), None)
    if found is None:
        raise Http404(_("This session has ended already."))
    end_session(session=found, by=as_actor(request.user), at=now)
    messages.success(request, _("The session has ended."))
    return redirect("people:sessions")


@require_POST
def end_others(request: PersonRequest) -> HttpResponse:
    """End all sessions of the person but this one."""
    count = end_other_sessions(
        user=request.user,
        keep=request.session.session_key,
        by=as_actor(request.user),
        at=timezone.now(),
    )
    text = ngettext("%(n)s session has ended.", "%(n)s sessions have ended.", count)
    messages.success(request, text % {"n": count})
    return redirect("people:sessions")


@require_POST
def switch(request: PersonRequest) -> HttpResponse:
    """Work in another organisation in which the person holds a role."""
    wanted = request.POST.get("organisation", "")
    held = {str(m.organisation_id) for m in active_memberships(request.user)}
    if wanted not in held:
        raise Http404(_("You hold no role in that organisation."))
    request.session["organisation"] = wanted
    return redirect(settings.LOGIN_REDIRECT_URL)


@require_POST
@login_not_required
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the choice of colours in a cookie; nothing else is in it."""
    response = redirect(_safe_next(request))
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        response.set_cookie(
            "theme",
            chosen,
            max_age=YEAR,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
        )
    return response


def _safe_next(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    # SECURITY: a redirect never leaves this host, whatever the form says.
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else reverse(settings.LOGIN_REDIRECT_URL)
