"""Shapes of input: the law to ask by, whom to ask, a proposal and its decision."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from governance.law.load import law
from registry.operators.forms import Day, FactsForm, Text


class LawForm(forms.Form):
    """The day, and the edition, by which to ask. Empty: today, the law in force."""

    on = Day(
        label=_("By the law on"),
        required=False,
        help_text=_("Leave it empty for today."),
    )
    edition = forms.ChoiceField(
        label=_("Edition"),
        required=False,
        help_text=_(
            "Another edition than the law in force on that day gives a hypothetical "
            "verdict, and says so."
        ),
    )

    def __init__(self, *args: Any, brief: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        if brief:
            for each in self.fields.values():
                each.help_text = ""
        field = self.fields["edition"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [
                ("", _now("the law in force on that day")),
                *((item.id, item.title) for item in law().editions),
            ]

    def law(self) -> tuple[date | None, str]:
        """The day and the edition that were chosen."""
        return self.cleaned_data["on"], self.cleaned_data["edition"]


class ProposeForm(FactsForm):
    """The digest of the answers and the verdict that were read."""

    read_sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)


class ApproveForm(FactsForm):
    """The digest of what the approver has read."""

    read_sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)


class ReturnForm(FactsForm):
    """Why it goes back to its author."""

    note = Text(
        label=_("What the author should look at again"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class AskForm(FactsForm):
    """A fact, and the person who is asked for it."""

    fact = forms.CharField(max_length=80)
    asked_of = forms.UUIDField()
