"""What may be asked of the law's pages: filters, and the event of a time limit."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from governance.law.deadlines import Moment
from governance.law.duties_load import catalogue
from governance.law.holidays import member_states
from governance.law.limit import Limit
from governance.law.load import law
from governance.lawbook.contents.catalogue import NATURES
from governance.lawbook.contents.dates import KINDS
from registry.operators.forms import Day, Line

WHO = {
    "": _("When it happened"),
    "provider": _("When the provider became aware"),
    "deployer": _("When the deployer became aware"),
}
# LIMIT: further days without work that somebody types.
MOST_DAYS = 40


class ChosenForm(forms.Form):
    """A GET form whose wrong or missing choices count as not made."""

    use_required_attribute = False

    def chosen(self) -> dict[str, Any]:
        self.is_valid()
        return {name: self.cleaned_data.get(name) for name in self.fields}


def _editions(first: str) -> list[tuple[str, str]]:
    return [("", first), *((item.id, item.title) for item in law().editions)]


class TimelineForm(ChosenForm):
    """Which dated changes are shown."""

    kind = forms.ChoiceField(label=_("Kind"), required=False)
    edition = forms.ChoiceField(label=_("Edition"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _choices(self, "kind", [("", _now("all")), *KINDS.items()])
        _choices(self, "edition", _editions(_now("all, beside each other")))


class CatalogueForm(ChosenForm):
    """Whose duties are shown, by which law."""

    role = forms.ChoiceField(label=_("Role"), required=False)
    nature = forms.ChoiceField(label=_("Kind"), required=False)
    on = Day(label=_("By the law on"), required=False)
    edition = forms.ChoiceField(label=_("Edition"), required=False)
    q = Line(label=_("Citation or word"), required=False, max_length=200)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        roles = [(role.id, role.title) for role in catalogue().roles.values()]
        _choices(self, "role", [("", _now("all")), *roles])
        _choices(self, "nature", [("", _now("all")), *NATURES.items()])
        _choices(self, "edition", _editions(_now("the law in force on that day")))


class DeadlineForm(forms.Form):
    """The event that a time limit is counted from, and the place.

    A time counts by the clock of the Member State, without one by UTC.
    """

    use_required_attribute = False

    def __init__(self, limit: Limit, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.limit = limit
        self.who = limit.aware or ("",)
        for who in self.who:
            self.fields[f"{who}day"] = Day(label=WHO[who], required=False)
            self.fields[f"{who}time"] = forms.TimeField(
                label=_now("Time"),
                required=False,
                widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
                help_text=_now("Only where hours count, or moments are compared."),
            )
        self.fields["country"] = forms.ChoiceField(
            label=_now("Member State of the authority"),
            required=False,
            choices=[
                ("", _now("not named: weekends only")),
                *((code, state.name) for code, state in member_states().items()),
            ],
        )
        self.fields["holidays"] = Line(
            label=_now("Further days without work"),
            required=False,
            max_length=600,
            help_text=_now(
                "Of a region, or of the authority: days as 2026-12-24, with commas."
            ),
        )
        self.fields["edition"] = forms.ChoiceField(
            label=_now("Edition"),
            required=False,
            choices=_editions(_now("the law on the day of the event")),
        )

    def clean_holidays(self) -> list[date]:
        texts = self.cleaned_data["holidays"].replace(",", " ").split()
        if len(texts) > MOST_DAYS:
            raise forms.ValidationError(
                _now("At most %(most)s days."), params={"most": MOST_DAYS}
            )
        try:
            return [date.fromisoformat(text) for text in texts]
        except ValueError as fault:
            raise forms.ValidationError(
                _now("Write each day as 2026-12-24, with commas between them.")
            ) from fault

    def clean(self) -> dict[str, Any]:
        for who in self.who:
            if self.cleaned_data.get(f"{who}time") and not self._day(who):
                self.add_error(f"{who}day", _now("A time is typed: on which day?"))
        if not self.errors and not self.since() and not self.limit.begins:
            self.add_error(
                f"{self.who[0]}day", _now("Type the day from which it is counted.")
            )
        return self.cleaned_data

    def since(self) -> dict[str, Moment]:
        """Who became aware when; days, or moments by the clock of the place."""
        code = self.cleaned_data.get("country") or ""
        zone = ZoneInfo(member_states()[code].zone if code else "UTC")
        found: dict[str, Moment] = {}
        for who in self.who:
            day, clock = self._day(who), self.cleaned_data.get(f"{who}time")
            if day:
                found[who] = _moment(day, clock, zone)
        return found

    def _day(self, who: str) -> date | None:
        day: date | None = self.cleaned_data.get(f"{who}day")
        return day


def _moment(day: date, clock: time | None, zone: ZoneInfo) -> Moment:
    return day if clock is None else datetime.combine(day, clock, zone)


def _choices(form: forms.Form, name: str, choices: Any) -> None:
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        field.choices = choices
