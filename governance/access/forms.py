"""What people may write into the pages of this room."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

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
        self.fields["systems"].queryset = systems  # type: ignore[attr-defined]
