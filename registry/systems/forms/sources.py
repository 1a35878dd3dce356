"""Services that post events, and their keys."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from audits.events.models import Scope
from registry.operators.forms import Day, FactsForm, Line


class SourceForm(FactsForm):
    name = Line(
        label=_("Name of the service"),
        max_length=64,
        help_text=_("It stands in every entry of the log and is never changed."),
    )


class KeyForm(FactsForm):
    name = Line(
        label=_("What the key is for"),
        max_length=50,
        help_text=_("“Production, Frankfurt”. You will know it by this name."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What its holder may do"),
        choices=Scope,
        initial=[Scope.EVENTS_WRITE],
        widget=forms.CheckboxSelectMultiple,
    )
    last_day = Day(
        label=_("Last day"),
        required=False,
        help_text=_("After it the key is refused. Leave it open for no end."),
    )


class RevokeForm(FactsForm):
    typed = Line(label=_("Type the name of the key"), max_length=50)

    def __init__(self, *args: Any, expected: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.expected = expected

    def clean_typed(self) -> str:
        if self.cleaned_data["typed"] != self.expected:
            raise forms.ValidationError(
                _("This is not its name. It is called “%(name)s”.")
                % {"name": self.expected}
            )
        return self.expected
