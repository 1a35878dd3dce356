"""Shape of input for starting the clock of a time limit."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from governance.law.deadlines import Moment
from governance.law.holidays import calendar
from governance.law.limit import find
from governance.obligations.forms import DutyForm
from registry.operators.forms import Day, Line
from registry.systems.models import MemberState

SINCE = "since"
WHO = {
    "provider": _("The provider became aware on"),
    "deployer": _("The deployer became aware on"),
    SINCE: _("It happened on"),
}


class ClockForm(DutyForm):
    """An event, and when who became aware of it, by the clock of the Member State.

    Only a day: the count runs from that day. For limits in hours the time is needed.
    """

    limit = forms.ChoiceField(label=_("Time limit"))
    event = Line(
        label=_("What happened"),
        max_length=300,
        help_text=_("In a few words that tell it from others. It stays in the log."),
    )
    country = forms.ChoiceField(
        label=_("Member State where it happened"),
        required=False,
        choices=[("", _("not established")), *MemberState.choices],
        help_text=_("Its clock and its holidays count for the other reading."),
    )

    def __init__(self, *args: Any, limits: Iterable[str], **options: Any) -> None:
        super().__init__(*args, **options)
        known = [find(each) for each in limits]
        field = self.fields["limit"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(k.id, f"{k.title} ({k.citation})") for k in known]
        self.who = list(dict.fromkeys(w for k in known for w in k.aware)) or [SINCE]
        for who in self.who:
            self.fields[who] = Day(label=WHO[who], required=False)
            self.fields[f"{who}_time"] = forms.TimeField(
                label=_("at"),
                required=False,
                widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
            )

    def clean(self) -> dict[str, Any]:
        told = self.cleaned_data
        for who in self.who:
            if told.get(f"{who}_time") and not told.get(who):
                self.add_error(who, _now("A time needs its day."))
        if not self.errors and not any(told.get(who) for who in self.who):
            self.add_error(
                self.who[0], _now("Give the day; for limits in hours the time too.")
            )
        return told

    def aware(self) -> dict[str, Moment]:
        """The days and moments by who became aware."""
        told, zone = (
            self.cleaned_data,
            calendar(self.cleaned_data["country"] or None).zone,
        )
        found: dict[str, Moment] = {}
        for who in self.who:
            day, hour = told.get(who), told.get(f"{who}_time")
            if day:
                name = "" if who == SINCE else who
                found[name] = datetime.combine(day, hour, zone) if hour else day
        return found

    def counting(self) -> dict[str, Any]:
        """What the count is asked with."""
        told = self.cleaned_data
        return {
            "limit": told["limit"],
            "aware": self.aware(),
            "country": told["country"],
        }
