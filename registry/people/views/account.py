"""Signing in and out, passwords, invitations. Django's views carry the safeguards:
the session key changes at sign-in, `next` stays on this host, tokens leave the address.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from smtplib import SMTPException
from typing import Any

from axes.helpers import get_client_ip_address
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from registry.people import throttle
from registry.people.access import PersonRequest
from registry.people.forms import (
    AcceptForm,
    AskResetForm,
    ChangePasswordForm,
    NewPasswordForm,
    SignInForm,
    posted,
)
from registry.people.links import INVITATION, RESET
from registry.people.render import reset_mail
from registry.people.services import (
    accept_invitation,
    change_password,
    prepare_reset,
    record_lock,
    record_sign_in,
    record_sign_out,
    reset_password,
)
from registry.people.unsent import forget, remember
from registry.people.views.unsent import keep

PAGE = require_http_methods(["GET", "HEAD", "POST"])
logger = logging.getLogger(__name__)

# LIMIT: ASVS 2.2.1 allows at most 100 wrong passwords an hour for one account,
# from wherever; django-axes pauses one account from one address long before.
WRONG_FOR_ACCOUNT = throttle.Limit("sign-in", 100, timedelta(hours=1))
WRONG_FROM_ADDRESS = throttle.Limit("sign-in-address", 100, timedelta(minutes=15))


@method_decorator(PAGE, name="dispatch")
class SignIn(auth_views.LoginView):
    """The sign-in page; every outcome that matters is in the installation's log."""

    authentication_form = SignInForm
    template_name = "registration/login.html"
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        now = timezone.now()
        limits = self.limits()
        if any(throttle.used_up(limit, value, at=now) for limit, value in limits):
            return locked_out(request)
        # The session and its trail entry stand or fall together.
        with transaction.atomic():
            response: HttpResponse = super().post(request, *args, **kwargs)
        if response.status_code != HttpResponseRedirect.status_code:
            for limit, value in limits:
                throttle.spend(limit, value, at=now)
        return response

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        user = form.get_user()
        record_sign_in(user=user, at=timezone.now())
        if kept := keep(self.request, self.request.POST.get("unsent", ""), user):
            response = redirect(kept)
        remember(response, user)
        return response

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """A wrong password loses nothing that was typed before."""
        unsent = self.request.POST.get("unsent", "")
        return super().get_context_data(unsent=unsent, **more)

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        # django-axes counts only the try that reaches the limit; later ones are
        # refused uncounted, so one pause makes one entry.
        if getattr(self.request, "axes_failures_since_start", None) and getattr(
            self.request, "axes_locked_out", False
        ):
            record_lock(
                email=self.typed(),
                address=get_client_ip_address(self.request),
                at=timezone.now(),
            )
        response = super().form_invalid(form)
        response.status_code = 422
        return response

    def typed(self) -> str:
        return self.request.POST.get("username", "").strip().lower()[:254]

    def limits(self) -> list[tuple[throttle.Limit, str]]:
        address = get_client_ip_address(self.request) or ""
        return [(WRONG_FOR_ACCOUNT, self.typed()), (WRONG_FROM_ADDRESS, address)]


def locked_out(request: HttpRequest, *_more: object) -> HttpResponse:
    """The page of a pause; django-axes calls it as well (AXES_LOCKOUT_CALLABLE)."""
    return render(request, "registration/locked_out.html", status=429)


@require_POST
@login_not_required
@never_cache
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session and go to the sign-in page."""
    with transaction.atomic():
        if request.user.is_authenticated:
            record_sign_out(user=request.user, at=timezone.now())
        logout(request)
    response = redirect("login")
    forget(response)
    return response


class ThenSend(HttpResponseRedirect):
    """A redirect that sends an e-mail once the browser has it.

    SECURITY: how long sending takes must not tell whether the account exists.
    """

    send: Callable[[], object] | None = None

    def close(self) -> None:
        super().close()
        if self.send is not None:
            try:
                self.send()
            except (OSError, SMTPException):
                logger.exception("An e-mail for a new password could not be sent")


@require_http_methods(["GET", "POST"])
@login_not_required
def ask_reset(request: HttpRequest) -> HttpResponse:
    """Ask for a link by e-mail; the answer is the same whoever asks."""
    form = AskResetForm(posted(request))
    if request.method == "POST" and form.is_valid():
        found = prepare_reset(
            email=form.cleaned_data["email"],
            address=get_client_ip_address(request),
            at=timezone.now(),
        )
        response = ThenSend(reverse_lazy("password_reset_done"))
        if found is not None:
            response.send = reset_mail(found.user, found.link).send
        return response
    status = 422 if form.errors else 200
    return render(
        request, "registration/password_reset_form.html", {"form": form}, status=status
    )


@method_decorator(PAGE, name="dispatch")
class SetByLink(auth_views.PasswordResetConfirmView):
    """A new password by the link of an e-mail."""

    token_generator = RESET
    form_class = NewPasswordForm
    template_name = "registration/password_reset_confirm.html"

    def form_valid(self, form: Any) -> HttpResponse:
        now = timezone.now()
        password = form.cleaned_data["new_password1"]
        with transaction.atomic():
            self.store(self.user, form, password, now)
        self.request.session.flush()
        messages.success(self.request, _("Your password is set. Sign in with it."))
        return redirect("login")

    def store(self, user: Any, form: Any, password: str, now: datetime) -> None:
        """Store the password by the service; `user` is the link's person."""
        reset_password(user=user, password=password, at=now)

    def form_invalid(self, form: Any) -> HttpResponse:
        response = super().form_invalid(form)
        response.status_code = 422
        return response


class Accept(SetByLink):
    """Name and first password by the link of an invitation."""

    token_generator = INVITATION
    form_class = AcceptForm
    template_name = "registry/people/accept.html"

    def store(self, user: Any, form: Any, password: str, now: datetime) -> None:
        accept_invitation(
            user=user, name=form.cleaned_data["name"], password=password, at=now
        )


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters()
@never_cache
def change(request: PersonRequest) -> HttpResponse:
    """Change the password; every other session of the person ends."""
    form = ChangePasswordForm(request.user, posted(request))
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            change_password(
                user=request.user,
                password=form.cleaned_data["new_password1"],
                keep=request.session.session_key,
                at=timezone.now(),
            )
            update_session_auth_hash(request, request.user)
        messages.success(
            request, _("Your password is changed. Your other sessions have ended.")
        )
        return redirect("people:sessions")
    status = 422 if form.errors else 200
    return render(
        request, "registration/password_change_form.html", {"form": form}, status=status
    )
