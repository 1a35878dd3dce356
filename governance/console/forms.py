"""New rows in the console: fields that the service asks for, choices cut to what
the administrator's organisations hold."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from audits.events.models import EventSource, Scope, SourceKey
from governance.console.base import ConsoleForm
from registry.people.forms import DayInput
from registry.people.models import (
    Membership,
    Organisation,
    Role,
    ServiceKey,
    ServiceScope,
    User,
)
from registry.systems.models import AISystem


class InvitationForm(ConsoleForm):
    """A person is invited with a first role; their password is their own affair."""

    address = forms.EmailField(label=_("E-mail address"), max_length=254)
    name = forms.CharField(label=_("Name"), max_length=200, required=False)
    organisation = forms.ModelChoiceField(
        queryset=Organisation.objects.none(), label=_("Organisation")
    )
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    last_day = forms.DateField(label=_("Last day"), required=False, widget=DayInput())

    class Meta:
        model = User
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pks = [organisation.pk for organisation in self.organisations]
        own = Organisation.objects.filter(pk__in=pks)
        self.fields["organisation"].queryset = own  # type: ignore[attr-defined]


class RoleForm(ConsoleForm):
    last_day = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=DayInput(),
        help_text=_("Empty: no end. An authority always needs one."),
    )

    class Meta:
        model = Membership
        fields = ("user", "organisation", "role")


class ServiceKeyForm(ConsoleForm):
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=ServiceScope.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    last_day = forms.DateField(label=_("Last day"), required=False, widget=DayInput())

    class Meta:
        model = ServiceKey
        fields = ("organisation", "name")


class SourceForm(ConsoleForm):
    system = forms.ModelChoiceField(
        queryset=AISystem.objects.none(), label=_("AI system")
    )

    class Meta:
        model = EventSource
        fields = ("name",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = AISystem.objects.filter(organisation__in=self.organisations)
        self.fields["system"].queryset = own  # type: ignore[attr-defined]


class SourceKeyForm(ConsoleForm):
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    last_day = forms.DateField(label=_("Last day"), required=False, widget=DayInput())

    class Meta:
        model = SourceKey
        fields = ("source", "name")
