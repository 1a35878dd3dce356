"""Shapes of input: the text of a field, and what was submitted."""

from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from governance.registration.contents.drafts import DraftField
from governance.registration.models import RegistrationText
from governance.registration.services import LIMIT
from registry.operators.forms import Day, FactsForm, Line, Text
from registry.operators.services import EditedMeanwhile

REGISTER, TEXT, NOT_APPLICABLE = "register", "text", "not_applicable"


class FieldForm(FactsForm):
    """What is to be entered: what the register says, a text, or that it is void."""

    applies = forms.ChoiceField(
        label=_("What is to be entered?"), widget=forms.RadioSelect
    )
    text = Text(
        label=_("Text"),
        max_length=LIMIT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    reason = Text(
        label=_("Why"),
        max_length=LIMIT,
        required=False,
        help_text=_(
            "Needed when your text takes the place of what the register says, and when "
            "the field does not apply."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    other: RegistrationText | None = None

    def __init__(self, *args: Any, field: DraftField, **options: Any) -> None:
        super().__init__(*args, **options)
        self._known = {"", field.register.text.strip(), field.value.strip()}
        choices = [(TEXT, _now("The text below"))]
        if field.register.text or field.register.not_applicable:
            choices.insert(0, (REGISTER, _now("What the register says")))
        if field.asks.required != "always":
            choices.append((NOT_APPLICABLE, _now("Nothing: it does not apply")))
        applies = self.fields["applies"]
        if isinstance(applies, forms.ChoiceField):
            applies.choices = choices

    @staticmethod
    def stored(field: DraftField) -> dict[str, Any]:
        """The form's initial values out of what is stored."""
        row = field.written
        if row is None:
            fills = field.register.text or field.register.not_applicable
            return {
                "applies": REGISTER if fills and not field.register.still else TEXT,
                "text": field.register.text,
                "revision": field.revision,
            }
        return {
            "applies": NOT_APPLICABLE if row.not_applicable else TEXT,
            "text": row.text,
            "reason": row.reason,
            "revision": row.revision,
        }

    def clean(self) -> dict[str, Any]:
        told = self.cleaned_data
        wants = told.get("applies") == TEXT and "text" in told
        if wants and not told["text"].strip():
            self.add_error("text", _now("Write the text."))
        # A text that was typed and not chosen would be lost without a word.
        typed = told.get("text", "").replace("\r\n", "\n").strip()
        if not wants and "applies" in told and typed not in self._known:
            self.add_error("applies", _now("You wrote a text: choose it, or empty it."))
        return told

    def facts(self) -> dict[str, Any]:
        """What is written down; a text counts only when it is chosen."""
        told = self.cleaned_data
        applies = told["applies"]
        return {
            "text": told["text"] if applies == TEXT else "",
            "not_applicable": applies == NOT_APPLICABLE,
            "reason": "" if applies == REGISTER else told["reason"],
            "revision": told["revision"],
        }

    def _show_conflict(self, error: EditedMeanwhile) -> None:
        """Keep what was typed, show what the other wrote, take the new revision."""
        if isinstance(error.row, RegistrationText):
            self.other = error.row
        if self.other and isinstance(self.data, MultiValueDict):
            data = self.data.copy()
            data["revision"] = self.other.revision
            self.data = data
        self.add_error(
            None,
            _now("%(who)s wrote here after you had opened it. What you typed is kept "
                 "below, the other text stands beside it. Keep again to put yours in "
                 "its place.")
            % {"who": getattr(error.row, "author", "")},
        )  # fmt: skip


class SubmitForm(FactsForm):
    """That the draft was submitted elsewhere: when, and under which number."""

    submitted_on = Day(label=_("Submitted on"))
    reference = Line(
        label=_("Reference"),
        max_length=200,
        help_text=_("The number or address that the register gave."),
    )
    note = Text(
        label=_("Note"),
        required=False,
        help_text=_("Such as who entered it, or what the register asked besides."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    read_sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)
