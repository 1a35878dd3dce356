"""The console's site: administrators only, and their entry is recorded."""

from functools import wraps
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.models import LogEntry
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits.trail.models import TrailView
from audits.trail.services import record
from governance.console.access import administered
from registry.people.access import acting
from registry.people.views.account import sign_out

ENTERED = "console_entered"
RECENT = 10


class ConsoleSite(AdminSite):
    """Django's admin, opened by the role of an administrator and nothing else."""

    site_header = gettext_lazy("Probatum: admin console")
    site_title = gettext_lazy("Admin console")
    index_title = gettext_lazy("People, roles, keys and sources")

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(administered(request.user))

    def admin_view(
        self,
        view: Any,
        cacheable: bool = False,  # noqa: FBT001, FBT002 - Django's signature
    ) -> Any:
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.user.is_authenticated:
                if not self.has_permission(request):
                    raise PermissionDenied(
                        _("The console is for administrators of an organisation.")
                    )
                record_entry(request)
            response: HttpResponse = inner(request, *args, **kwargs)
            return response

        return guarded

    @login_not_required
    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """There is one way to sign in, with its throttle and its trail."""
        return redirect_to_login(request.GET.get("next") or request.path)

    def logout(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        return sign_out(request)

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        return redirect("password_change")

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        logs = [organisation.log for organisation in administered(request.user)]
        acts = TrailView.objects.filter(log__in=logs).order_by("-at", "-idx")[:RECENT]
        return super().index(request, {**(extra_context or {}), "recent_acts": acts})

    def get_log_entries(self, request: HttpRequest) -> QuerySet[LogEntry]:
        """None: Django's own history knows no organisations; the trail has all."""
        return LogEntry.objects.none()


@transaction.atomic
def record_entry(request: HttpRequest) -> None:
    """Record, once per session, that an administrator entered the console."""
    if request.session.get(ENTERED):
        return
    request.session[ENTERED] = True
    at = timezone.now()
    for organisation in administered(request.user):
        record(
            log=organisation.log,
            verb="console.entered",
            subject=f"user:{request.user.pk}",
            by=acting(request.user, organisation),
            at=at,
        )
