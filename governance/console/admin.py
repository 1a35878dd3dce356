"""The console's pages. Each calls the service that the product's own page calls."""

from smtplib import SMTPException
from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Model, Prefetch, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits.events.models import EventSource, Scope, SourceKey
from governance.access.services import set_source_active
from governance.console.access import administered
from governance.console.base import ConsoleAdmin, OrganisationFilter
from governance.console.forms import (
    InvitationForm,
    RoleForm,
    ServiceKeyForm,
    SourceForm,
    SourceKeyForm,
)
from governance.console.keys import KeyAdmin
from registry.people.access import acting
from registry.people.models import (
    Membership,
    Organisation,
    Role,
    ServiceKey,
    ServiceScope,
    User,
)
from registry.people.render import invitation_mail
from registry.people.services import (
    Invitation,
    change_until,
    give_role,
    invite_person,
    last_moment,
    mint_service_key,
    revoke_service_key,
)
from registry.systems.services import (
    add_source,
    mint_source_key,
    revoke_source_key,
)


class OfPerson(OrganisationFilter):
    lookup = "memberships__organisation"


class OfSource(OrganisationFilter):
    lookup = "log__system__organisation"


class OfSourceKey(OrganisationFilter):
    lookup = "source__log__system__organisation"


@admin.register(User)
class PersonAdmin(ConsoleAdmin):
    """People of the organisation. Adding one invites them; nothing is edited here."""

    organisation_path = "memberships__organisation"
    list_display = ("name", "email", "roles_held")
    list_filter = (OfPerson,)
    search_fields = ("name", "email")
    ordering = ("name", "email")
    add_fields = ("address", "name", "organisation", "role", "last_day")
    form = InvitationForm

    @admin.display(description=gettext_lazy("roles"))
    def roles_held(self, person: User) -> str:
        now = timezone.now()
        held = [m for m in person.shown_memberships if m.holds_at(now)]  # type: ignore[attr-defined]
        return ", ".join(f"{m.get_role_display()} · {m.organisation}" for m in held)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        mine = Membership.objects.filter(organisation__in=administered(request.user))
        shown = mine.select_related("organisation").order_by("organisation", "role")
        return (
            super()
            .get_queryset(request)
            .prefetch_related(Prefetch("memberships", shown, "shown_memberships"))
        )

    def add(self, request: HttpRequest, obj: User, form: Any) -> User:
        organisation: Organisation = form.cleaned_data["organisation"]
        invitation = invite_person(
            email=form.cleaned_data["address"],
            name=form.cleaned_data["name"],
            organisation=organisation,
            role=Role(form.cleaned_data["role"]),
            until=last_moment(form.cleaned_data["last_day"]),
            by=acting(request.user, organisation),
            at=timezone.now(),
        )
        transaction.on_commit(lambda: self.send(request, invitation))
        return invitation.membership.user

    def send(self, request: HttpRequest, invitation: Invitation) -> None:
        """Send the invitation; a mail server that is down undoes nothing."""
        try:
            invitation_mail(invitation.membership, invitation.link).send()
        except (OSError, SMTPException):
            text = _("The role is given, but the e-mail could not be sent.")
            self.message_user(request, text, messages.ERROR)


@admin.register(Membership)
class RoleAdmin(ConsoleAdmin):
    """Roles of people. A new one is given; of an old one only the end changes."""

    list_display = ("user", "organisation", "role", "since", "until")
    list_filter = (OrganisationFilter, "role")
    list_select_related = ("user", "organisation")
    search_fields = ("user__name", "user__email")
    ordering = ("organisation", "user__name", "role")
    autocomplete_fields = ("user",)
    add_fields = ("user", "organisation", "role", "last_day")
    changeable = ("until",)
    form = RoleForm

    def shown_fields(self) -> list[str]:
        return ["user", "organisation", "role", "since", "until"]

    def add(self, request: HttpRequest, obj: Membership, form: Any) -> Membership:
        return give_role(
            user=obj.user,
            organisation=obj.organisation,
            role=Role(obj.role),
            until=last_moment(form.cleaned_data["last_day"]),
            by=acting(request.user, obj.organisation),
            at=timezone.now(),
        )

    def edit(self, request: HttpRequest, obj: Membership, form: Any) -> None:
        change_until(
            membership=self.get_queryset(request).get(pk=obj.pk),
            until=form.cleaned_data["until"],
            by=acting(request.user, obj.organisation),
            at=timezone.now(),
        )


@admin.register(ServiceKey)
class ServiceKeyAdmin(KeyAdmin):
    """Keys of the organisation."""

    list_display = ("name", "prefix", "organisation", "scopes", "created",
                    "expiry_date", "revoked")  # fmt: skip
    list_filter = (OrganisationFilter, "revoked")
    list_select_related = ("organisation",)
    add_fields = ("organisation", "name", "scopes", "last_day")
    form = ServiceKeyForm

    def mint(self, request: HttpRequest, obj: Any, form: Any) -> tuple[Model, str]:
        return mint_service_key(
            organisation=obj.organisation,
            name=obj.name,
            scopes=[ServiceScope(scope) for scope in form.cleaned_data["scopes"]],
            expires_at=last_moment(form.cleaned_data["last_day"]),
            by=acting(request.user, obj.organisation),
            at=timezone.now(),
        )

    def revoke(self, request: HttpRequest, key: Any) -> None:
        by = acting(request.user, key.organisation)
        revoke_service_key(key=key, by=by, at=timezone.now())


@admin.register(EventSource)
class SourceAdmin(ConsoleAdmin):
    """Services that post events. Closing one refuses its keys."""

    organisation_path = "log__system__organisation"
    list_display = ("name", "system", "created_at", "active")
    list_filter = (OfSource, "active")
    list_select_related = ("log__system",)
    search_fields = ("name", "log__system__name")
    ordering = ("log__system__name", "name")
    add_fields = ("system", "name")
    changeable = ("active",)
    form = SourceForm

    @admin.display(description=gettext_lazy("AI system"))
    def system(self, source: EventSource) -> str:
        return str(source.log.system)

    def add(self, request: HttpRequest, obj: EventSource, form: Any) -> EventSource:
        system = form.cleaned_data["system"]
        by = acting(request.user, system.organisation)
        return add_source(system=system, name=obj.name, by=by, at=timezone.now())

    def edit(self, request: HttpRequest, obj: EventSource, form: Any) -> None:
        set_source_active(
            source=self.get_queryset(request).get(pk=obj.pk),
            active=obj.active,
            by=acting(request.user, obj.log.system.organisation),
            at=timezone.now(),
        )


@admin.register(SourceKey)
class SourceKeyAdmin(KeyAdmin):
    """Keys of the services that post events."""

    organisation_path = "source__log__system__organisation"
    list_display = ("name", "prefix", "source", "system", "scopes", "created",
                    "expiry_date", "revoked")  # fmt: skip
    list_filter = (OfSourceKey, "revoked")
    list_select_related = ("source__log__system",)
    add_fields = ("source", "name", "scopes", "last_day")
    form = SourceKeyForm

    @admin.display(description=gettext_lazy("AI system"))
    def system(self, key: SourceKey) -> str:
        return str(key.source.log.system)

    def mint(self, request: HttpRequest, obj: Any, form: Any) -> tuple[Model, str]:
        return mint_source_key(
            source=obj.source,
            name=obj.name,
            scopes=[Scope(scope) for scope in form.cleaned_data["scopes"]],
            expires_at=last_moment(form.cleaned_data["last_day"]),
            by=acting(request.user, obj.source.log.system.organisation),
            at=timezone.now(),
        )

    def revoke(self, request: HttpRequest, key: Any) -> None:
        by = acting(request.user, key.source.log.system.organisation)
        revoke_source_key(key=key, by=by, at=timezone.now())
