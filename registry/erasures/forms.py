"""Shapes of input for requests to erase a person, and for their decisions."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from audits.duties.selectors import Standing
from audits.erasure.models import Exemption, Ground
from audits.erasure.services import name_of
from registry.operators.forms import Day, FactsForm, Line, Text


class AskForm(FactsForm):
    """Whom to erase. What is typed is looked up and kept nowhere."""

    subject = Line(
        label=_("Person"),
        max_length=120,
        help_text=_(
            "Exactly as the service names the person in subject: person-4711. It is "
            "looked up and not kept."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    ground = forms.ChoiceField(
        label=_("Ground (GDPR Art. 17(1))"), choices=Ground.choices
    )
    reference = Line(
        label=_("Reference"),
        max_length=60,
        required=False,
        help_text=_("Your file number. It stays in the log: write no name."),
    )


class EraseForm(FactsForm):
    """One answer for each thing that stands against it, and the word to be typed."""

    def __init__(
        self, *args: Any, standing: Sequence[Standing], expected: str, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.expected = expected
        for each in standing:
            self.fields[name_of(each)] = Text(
                label=_now("Why this does not stand against it: %(ground)s")
                % {"ground": each.ground},
                help_text=_until(each),
                max_length=1000,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
        self.fields["typed"] = Line(
            label=_now("Type the name of the system: %(name)s") % {"name": expected},
            max_length=200,
        )

    def clean_typed(self) -> str:
        if self.cleaned_data["typed"] != self.expected:
            raise forms.ValidationError(_("This is not its name."))
        return self.expected

    def facts(self) -> dict[str, Any]:
        return {name: text for name, text in super().facts().items() if name != "typed"}


class KeepForm(FactsForm):
    """Records stay: by which ground, why, and until when."""

    exemption = forms.ChoiceField(
        label=_("Ground (GDPR Art. 17(3))"),
        choices=Exemption.choices,
        initial=Exemption.OBLIGATION,
    )
    reasons = Text(
        label=_("Reasons"),
        max_length=1000,
        help_text=_("They stay in the log: write nothing of the person."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    due = Day(
        label=_("Decide again on"),
        required=False,
        help_text=_(
            "The day on which the duty ends. Leave it open to refuse for good."
        ),
    )


def _until(standing: Standing) -> str:
    if standing.until is None:
        return _now("It stands until somebody lifts it. Your words stay in the log.")
    day = date_format(localtime(standing.until), "j M Y")
    return _now("It stands until %(day)s. Your words stay in the log.") % {"day": day}
