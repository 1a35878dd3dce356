"""Addresses: the account's have bare names, as Django expects them."""

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, path
from django.views.generic import TemplateView

from registry.people.views import account, keys, members, sessions, unsent

app_name = "people"

account_urlpatterns: list[URLPattern] = [
    path("sign-in/", account.SignIn.as_view(), name="login"),
    path("sign-out/", account.sign_out, name="logout"),
    path("account/password/", account.change, name="password_change"),
    path("account/reset/", account.ask_reset, name="password_reset"),
    path(
        "account/reset/sent/",
        login_not_required(
            TemplateView.as_view(template_name="registration/password_reset_done.html")
        ),
        name="password_reset_done",
    ),
    path(
        "account/reset/<uidb64>/<token>/",
        account.SetByLink.as_view(),
        name="password_reset_confirm",
    ),
    path(
        "account/invitation/<uidb64>/<token>/",
        account.Accept.as_view(),
        name="invitation",
    ),
]
urlpatterns: list[URLPattern] = [
    path("account/sessions/", sessions.sessions, name="sessions"),
    path("account/sessions/end/", sessions.end_one, name="end_session"),
    path("account/sessions/end-others/", sessions.end_others, name="end_others"),
    path("account/unsent/", unsent.unsent, name="unsent"),
    path("account/organisation/", sessions.switch, name="switch"),
    path("account/theme/", sessions.theme, name="theme"),
    path("people/", members.members, name="members"),
    path("people/invite/", members.invite, name="invite"),
    path("people/<uuid:pk>/", members.member, name="member"),
    path("people/<uuid:pk>/end-sessions/", members.end_sessions, name="end_sessions"),
    path("people/roles/<uuid:pk>/until/", members.until, name="until"),
    path("people/roles/<uuid:pk>/end/", members.end, name="end_role"),
    path("keys/", keys.keys, name="keys"),
    path("keys/<str:prefix>/revoke/", keys.revoke, name="revoke_key"),
]
