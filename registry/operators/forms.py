"""Shapes of input for operators, and the base of the registry's forms."""

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from registry.operators.models import (
    TEXT_LENGTH,
    OperatorSize,
    country_code,
    one_line,
    plain_text,
)
from registry.operators.services import EditedMeanwhile, FactsWrong

Made = TypeVar("Made")


class Line(forms.CharField):
    """Text on one line, without characters that cannot be seen."""

    default_validators = [one_line]


class Text(forms.CharField):
    """Text on several lines."""

    widget = forms.Textarea
    default_validators = [plain_text]

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": TEXT_LENGTH, **options})


class Day(forms.DateField):
    """A date, with the browser's own picker."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(**{"widget": widget, **options})


class FactsForm(forms.Form):
    """A form whose facts one act keeps, or refuses with a reason for a field."""

    use_required_attribute = False
    # What is stored now where it differs from what was typed, after a conflict.
    stored_now: list[tuple[str, str]] = []

    def facts(self) -> dict[str, Any]:
        """The cleaned facts by field name, without the revision."""
        return {k: v for k, v in self.cleaned_data.items() if k != "revision"}

    def attempt(self, act: Callable[[], Made]) -> Made | None:
        """What the act made; None when the input or the act's rules forbid it.

        After a conflict the form keeps what was typed, says what is stored now,
        and takes over the new revision, so that saving again is a decision.
        """
        if not self.is_valid():
            return None
        try:
            return act()
        except FactsWrong as error:
            for field, reason in error.errors.items():
                self.add_error(field if field in self.fields else None, reason)
        except EditedMeanwhile as error:
            self._show_conflict(error)
        return None

    def _show_conflict(self, error: EditedMeanwhile) -> None:
        self.stored_now = [
            (str(self.fields[name].label), shown(self.fields[name], stored))
            for name, typed in self.facts().items()
            if (stored := getattr(error.row, name)) != typed
        ]
        if isinstance(self.data, MultiValueDict):
            data = self.data.copy()
            data["revision"] = error.row.revision  # type: ignore[attr-defined]
            self.data = data
        self.add_error(
            None,
            _(
                "Somebody else changed this after you opened it. What you typed is "
                "kept here. Save again to put it in place of what is stored now."
            ),
        )


def shown(field: forms.Field, value: Any) -> str:
    """A stored value in the words of the form's field."""
    if isinstance(value, bool):
        return _now("yes") if value else _now("no")
    if value in (None, "", []):
        return ""
    values = value if isinstance(value, list) else [value]
    choices = dict(getattr(field, "choices", ())) if _has_words(field) else {}
    return ", ".join(str(choices.get(each, each)) for each in values)


def _has_words(field: forms.Field) -> bool:
    return isinstance(field, forms.ChoiceField) and not isinstance(
        field, forms.ModelChoiceField
    )


class OperatorForm(FactsForm):
    name = Line(
        label=_("Legal name"),
        max_length=200,
        help_text=_("As it stands in the commercial register, with its legal form."),
    )
    country = Line(
        label=_("Country of establishment"),
        max_length=2,
        min_length=2,
        validators=[country_code],
        help_text=_(
            "Two letters: DE, FR, US. A provider outside the Union needs an authorised "
            "representative for a high-risk system (Art. 22)."
        ),
    )
    address = Text(
        label=_("Address"),
        required=False,
        max_length=1000,
        help_text=_("Goes into the dossier (Annex VIII, Section A, point 1)."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    contact = Line(
        label=_("Contact"),
        max_length=200,
        required=False,
        help_text=_("Who an authority writes to: an office, an e-mail address."),
    )
    size = forms.ChoiceField(
        label=_("Size"),
        choices=OperatorSize,
        initial=OperatorSize.NOT_ESTABLISHED,
        help_text=_("Fines and some duties depend on it (Art. 11(1), 62, 99(6))."),
    )
    public_body = forms.BooleanField(
        label=_("A public body, or acting for one"),
        required=False,
        help_text=_("Deployers of this kind register their use (Art. 49(3))."),
    )
    ours = forms.BooleanField(
        label=_("Part of your organisation"),
        required=False,
        initial=True,
        help_text=_(
            "Its duties are kept here, with owners and dates. Take the tick away for a "
            "supplier or a customer."
        ),
    )

    def clean_country(self) -> str:
        return str(self.cleaned_data["country"]).upper()


class EditOperatorForm(OperatorForm):
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
