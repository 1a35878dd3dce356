"""What people may write into the pages of this room."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from audits.events.models import Scope
from registry.people.forms import DayInput
from registry.systems.models import AISystem


class GivenForm(forms.Form):
    """The systems of an authority's reader, and the last day."""

    systems = forms.ModelMultipleChoiceField(
        queryset=AISystem.objects.none(),
        required=False,
        label=_("Systems"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The person sees these and nothing else of the organisation."),
    )
    last_day = forms.DateField(
        label=_("Last day"),
        widget=DayInput(),
        help_text=_("After it (UTC), every request is refused."),
    )

    def __init__(self, *args: Any, systems: QuerySet[AISystem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["systems"].queryset = systems


class SourceForm(forms.Form):
    """A service that posts events of one system."""

    system = forms.ModelChoiceField(
        queryset=AISystem.objects.none(), label=_("AI system")
    )
    name = forms.SlugField(
        label=_("Name"),
        max_length=64,
        help_text=_("Each event keeps it: scoring-service, say. Letters, digits, - _"),
    )

    def __init__(self, *args: Any, systems: QuerySet[AISystem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["system"].queryset = systems


class SourceKeyForm(forms.Form):
    """A key of a source: what it may do, until when."""

    name = forms.CharField(
        label=_("Name"),
        max_length=50,
        help_text=_("So that you can tell the keys of this source apart."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    last_day = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=DayInput(),
        help_text=_("Empty: it works until it is revoked."),
    )

    def clean_scopes(self) -> list[Scope]:
        return [Scope(scope) for scope in self.cleaned_data["scopes"]]
