"""What officers state: a duty, a hold, why one ends, and that a removal is meant."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from audits.duties.models import Source
from audits.duties.services import DutyOf

# LIMIT: no law that we know asks for more than a hundred years.
MOST_MONTHS = 1200


class ReasonForm(forms.Form):
    """A reason that will still be understood in ten years."""

    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
        min_length=10,
        max_length=2000,
        help_text=_("It goes into the log with your name and cannot be taken back."),
    )


class DutyForm(forms.Form):
    """A duty to keep records longer than the Act itself asks."""

    source = forms.ChoiceField(label=_("Where it comes from"), choices=Source.choices)
    citation = forms.CharField(
        label=_("Provision or clause"),
        max_length=200,
        help_text=_(
            "As a reader can look it up: a law's paragraph, a contract's clause."
        ),
    )
    months = forms.IntegerField(
        label=_("Months"),
        min_value=1,
        max_value=MOST_MONTHS,
        help_text=_(
            "Counted from the end of the month in which a record was received, since "
            "whole months are removed; where a person is to be erased, from the day "
            "of the newest record."
        ),
    )

    def duty(self) -> DutyOf:
        return DutyOf(**self.cleaned_data)


class MonthForm(forms.Form):
    """Up to the end of which month records are to go."""

    month = forms.DateField(label=_("Month"), input_formats=["%Y-%m"])

    def clean_month(self) -> date:
        found: date = self.cleaned_data["month"]
        return found.replace(day=1)


class ApproveForm(forms.Form):
    """The month, typed: what goes cannot be brought back."""

    typed = forms.CharField(label=_("Type the month to confirm, as in 2026-01"))

    def __init__(self, data: Any, month: date) -> None:
        super().__init__(data)
        self.month = month

    def clean_typed(self) -> str:
        typed: str = self.cleaned_data["typed"].strip()
        if typed != f"{self.month:%Y-%m}":
            raise forms.ValidationError(
                _("This removal goes up to the end of %(month)s: type that."),
                params={"month": f"{self.month:%Y-%m}"},
            )
        return typed
