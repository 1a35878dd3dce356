"""Shapes of what people send: filters of a list, a review, and a disclosure."""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from audits.oversight.models import Act
from registry.operators.forms import Line
from registry.predictions.contents.disclosure import BASES, Group
from registry.predictions.selectors.entries import (
    TYPES,
    Filters,
    Reviewed,
)
from registry.predictions.services.disclosure import Disclosed
from registry.predictions.services.review import Decision

REVIEWED_LABELS = {
    Reviewed.NO: _("Not reviewed"),
    Reviewed.YES: _("Reviewed"),
    Reviewed.OVERRIDDEN: _("Overridden"),
    Reviewed.NOT_CONFIRMED: _("Anything but confirmed"),
}
# Art. 14(4): why a person departs from an output, in codes that can be counted.
REASONS = {
    "": _("Choose a reason"),
    "input_wrong": _("The input is wrong or incomplete"),
    "context_missing": _("The system does not know something that matters here"),
    "implausible": _("The output is implausible"),
    "unequal": _("It may treat people unequally"),
    "rule": _("A rule or a duty decides otherwise"),
    "outside_purpose": _("Outside the intended purpose"),
    "other": _("Another reason (say which)"),
}


# What each act means, beside its name on the form.
MEANINGS = {
    Act.CONFIRMED: _("the output stands"),
    Act.NOT_USED: _("the system is not used in this case (Art. 14(4)(d))"),
    Act.DISREGARDED: _("the output is put aside, nothing replaces it"),
    Act.OVERRIDDEN: _("another decision replaces it"),
    Act.REVERSED: _("what followed from it is undone"),
    Act.STOPPED: _("the system was stopped (Art. 14(4)(e))"),
}


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class FilterForm(forms.Form):
    """Filters of the predictions list; what is set is in the address."""

    id = forms.RegexField(
        r"^[0-9a-fA-F-]{6,36}$",
        label=_("Id"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "invalid": _("An id has the digits 0-9 and a-f; give six of them or more.")
        },
    )
    model_version = forms.ChoiceField(label=_("Model version"), required=False)
    type = forms.ChoiceField(label=_("Type"), required=False)
    reviewed = forms.ChoiceField(label=_("Oversight"), required=False)
    since = forms.DateField(label=_("Received from"), required=False, widget=DayInput())
    until = forms.DateField(
        label=_("Received until"), required=False, widget=DayInput()
    )
    flagged = forms.BooleanField(label=_("Flagged only"), required=False)
    before = forms.IntegerField(
        required=False, widget=forms.HiddenInput, min_value=0, max_value=2**62
    )
    after = forms.IntegerField(
        required=False, widget=forms.HiddenInput, min_value=0, max_value=2**62
    )

    def __init__(self, *args: Any, versions: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = self.data.get("model_version", "")
        # What cannot stand in a name is no choice: nothing is asked of the database.
        other = [asked] if asked.isprintable() and asked not in ["", *versions] else []
        names = [*versions, *other]
        choices: dict[str, Any] = {
            "model_version": [("", _("All")), *((name, name) for name in names)],
            "type": [*TYPES.items(), ("all", _("All entries"))],
            "reviewed": [
                ("", _("All")),
                *((k.value, v) for k, v in REVIEWED_LABELS.items()),
            ],
        }
        for name, listed in choices.items():
            cast(forms.ChoiceField, self.fields[name]).choices = listed
        for field in self.fields.values():
            field.widget.attrs["class"] = "ds-input"

    def clean_id(self) -> str:
        digits: str = self.cleaned_data["id"].replace("-", "")
        if len(digits) > 32:
            raise forms.ValidationError(_("An id has 32 digits at most."))
        return digits

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if isinstance(since, date) and isinstance(until, date) and until < since:
            self.add_error("until", _("It lies before the first day."))
        return cleaned

    def filters(self) -> Filters:
        """What was asked for, once the form is valid."""
        given = self.cleaned_data
        reviewed = given["reviewed"]
        kind = given["type"] or "prediction"
        return Filters(
            type="" if kind == "all" else kind,
            model_version=given["model_version"],
            since=given["since"],
            until=given["until"],
            reviewed=Reviewed(reviewed) if reviewed else None,
            flagged=given["flagged"],
            before=given["before"],
            after=given["after"] if given["before"] is None else None,
        )


class ReviewForm(forms.Form):
    """What a person makes of one prediction."""

    ticket = forms.CharField(widget=forms.HiddenInput, max_length=2000)
    next = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)
    act = forms.ChoiceField(
        label=_("What do you do with this output?"),
        choices=Act.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you do with the output.")},
    )
    output = forms.CharField(
        label=_("The decision that replaces it"),
        required=False,
        max_length=4000,
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "outputs"}),
        help_text=_("Needed when you override: a word such as reject, or JSON."),
    )
    reason_code = forms.ChoiceField(
        label=_("Reason"),
        required=False,
        choices=list(REASONS.items()),
        help_text=_("Needed unless you confirm the output."),
    )
    reason = forms.CharField(
        label=_("In your own words"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        act, code = cleaned.get("act"), cleaned.get("reason_code")
        if act == Act.OVERRIDDEN and not cleaned.get("output"):
            self.add_error("output", _("Give the decision that replaces the output."))
        if act and act != Act.CONFIRMED and not code:
            self.add_error("reason_code", _("Choose why you depart from the output."))
        if code == "other" and not cleaned.get("reason"):
            self.add_error("reason", _("Say which other reason it is."))
        return cleaned

    def decision(self) -> Decision:
        """What was decided, once the form is valid."""
        given = self.cleaned_data
        act = Act(given["act"])
        return Decision(
            act=act,
            output=given["output"] if act in (Act.OVERRIDDEN, Act.REVERSED) else "",
            reason_code=given["reason_code"],
            reason=given["reason"],
        )


class DisclosureForm(forms.Form):
    """What of an entry somebody will see, who, what for and on what ground."""

    use_required_attribute = False
    fields_shown = forms.MultipleChoiceField(
        label=_("What the recipient will see"),
        error_messages={"required": _("Choose what the recipient will see.")},
    )
    recipient = Line(
        label=_("To whom"),
        max_length=200,
        help_text=_("The authority or person, and the number of their request."),
    )
    legal_basis = forms.ChoiceField(
        label=_("On what ground"), choices=[("", _("Choose a ground")), *BASES.items()]
    )
    purpose = Line(
        label=_("What for"),
        max_length=300,
        help_text=_("One sentence. It stands in the log for ever: name no person whose "
                    "data this is about."),
    )  # fmt: skip

    def __init__(self, *args: Any, groups: Sequence[Group], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [each for group in groups for each in group.choices]
        shown = cast(forms.ChoiceField, self.fields["fields_shown"])
        shown.choices = [(each.key, each.name) for each in choices]
        self._paths = {each.key: each.path for each in choices}

    def disclosed(self) -> Disclosed:
        """What was chosen, once the form is valid."""
        given = self.cleaned_data
        return Disclosed(
            recipient=given["recipient"],
            purpose=given["purpose"],
            legal_basis=given["legal_basis"],
            paths=[self._paths[key] for key in given["fields_shown"]],
        )

    @property
    def ground(self) -> object:
        """The ground in words, once the form is valid."""
        return BASES[self.cleaned_data["legal_basis"]]


class ConfirmForm(forms.Form):
    """A second person's confirmation of a review (Art. 14(5))."""

    ticket = forms.CharField(max_length=2000)


def uuid_or_none(text: str) -> UUID | None:
    """An id out of an address; None for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return None
