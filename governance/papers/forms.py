"""Shapes of input: one element, a decision, the operator to begin for."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from governance.papers.contents.values import Part
from governance.papers.services import LIMIT
from registry.documents.models import Document
from registry.operators.forms import FactsForm, Text
from registry.systems.services import EditedMeanwhile

# A first-class answer: the element stays an open task, and what was typed is kept.
OPEN = "open"
NOT_DECIDED = (OPEN, _("Not decided yet"))


class PartForm(FactsForm):
    choice = forms.ChoiceField(label=_("What you state"), widget=forms.RadioSelect)
    text = Text(
        label=_("Text"),
        max_length=LIMIT,
        required=False,
        help_text=_(
            "Markdown: # heading, **bold**, - list, | table |. Raw HTML and images are "
            "not shown."
        ),
        widget=forms.Textarea(attrs={"rows": 12, "class": "tall"}),
    )
    evidence = forms.ModelMultipleChoiceField(
        label=_("Evidence"),
        queryset=Document.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Documents of this system that back the text."),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    other: Mapping[str, Any] | None = None

    def __init__(
        self, *args: Any, part: Part, documents: QuerySet[Document], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.part = part
        self.order_fields(["choice", "text", "evidence"])
        self.fields["text"].required = not part.element.optional
        choice, evidence = self.fields["choice"], self.fields["evidence"]
        if isinstance(choice, forms.ChoiceField):
            options_ = [(each.id, each.text) for each in part.element.choices]
            choice.choices = [NOT_DECIDED, *options_]
        if not part.element.choices:
            del self.fields["choice"]
        if isinstance(evidence, forms.ModelMultipleChoiceField):
            evidence.queryset = documents
        if not documents.exists():
            del self.fields["evidence"]

    @staticmethod
    def stored(part: Part) -> dict[str, Any]:
        """What is stored; facts of the register where nobody has written yet."""
        written = part.written
        return {
            "choice": written.get("choice") or OPEN,
            "text": written.get("text", "") if written else part.proposal,
            "evidence": [each["id"] for each in written.get("evidence", [])],
            "revision": written.get("revision", 0),
        }

    def facts(self) -> dict[str, Any]:
        """What is written down."""
        told = self.cleaned_data
        choice = told.get("choice", OPEN)
        return {
            "text": told["text"],
            "choice": "" if choice == OPEN else choice,
            "evidence": list(told.get("evidence", [])),
            "revision": told["revision"],
        }

    def _show_conflict(self, error: EditedMeanwhile) -> None:
        """Keep what was typed, show what the other wrote, take the new revision."""
        parts = getattr(error.row, "parts", {})
        self.other = parts.get(self.part.element.id, {})
        if isinstance(self.data, MultiValueDict):
            data = self.data.copy()
            data["revision"] = self.other.get("revision", 0)
            self.data = data
        self.add_error(
            None,
            _now("%(who)s wrote here after you had opened it. What you typed is kept "
                 "below, the other text stands beside it. Keep again to put yours in "
                 "its place.")
            % {"who": self.other.get("author", "")},
        )  # fmt: skip


class ProposeForm(FactsForm):
    """Nothing but the act; what is missing is said as its error."""


class ApproveForm(FactsForm):
    """The digest of the text that the approver has read."""

    read_sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)


class ReturnForm(FactsForm):
    """Why it goes back to its authors."""

    note = Text(
        label=_("What the authors should look at again"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
