"""Shapes of input: the text of a leaf, its approval, a version to copy from."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from governance.documentation.models import AnnexText
from governance.documentation.services import LIMIT
from registry.documents.models import Document
from registry.operators.forms import FactsForm, Text
from registry.systems.models import SystemVersion
from registry.systems.services import EditedMeanwhile

APPLIES = (
    ("yes", _("It applies: the text below says what the Act asks")),
    ("no", _("It does not apply to this system")),
)


class LeafForm(FactsForm):
    applies = forms.ChoiceField(
        label=_("Does the point apply?"),
        choices=APPLIES,
        widget=forms.RadioSelect,
        initial="yes",
    )
    text = Text(
        label=_("Text"),
        max_length=LIMIT,
        required=False,
        help_text=_(
            "Markdown: # heading, **bold**, - list, | table |. Raw HTML and images are "
            "not shown; a link is printed with its address."
        ),
        widget=forms.Textarea(attrs={"rows": 16, "class": "tall"}),
    )
    not_applicable_reason = Text(
        label=_("Why it does not apply"),
        max_length=LIMIT,
        required=False,
        help_text=_("Only when it does not. A second person has to agree."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    evidence = forms.ModelMultipleChoiceField(
        label=_("Evidence"),
        queryset=Document.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Documents of this system that back the text."),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    other: AnnexText | None = None

    def __init__(
        self, *args: Any, documents: QuerySet[Document], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        field = self.fields["evidence"]
        if isinstance(field, forms.ModelMultipleChoiceField):
            field.queryset = documents
        if not documents.exists():
            del self.fields["evidence"]

    @staticmethod
    def stored(row: AnnexText | None) -> dict[str, Any]:
        """The form's initial values out of what is stored."""
        if row is None:
            return {"revision": 0}
        return {
            "applies": "no" if row.not_applicable_reason else "yes",
            "text": row.text,
            "not_applicable_reason": row.not_applicable_reason,
            "evidence": list(row.evidence.all()),
            "revision": row.revision,
        }

    def clean(self) -> dict[str, Any]:
        told = self.cleaned_data
        wanted = "not_applicable_reason" if told.get("applies") == "no" else "text"
        if wanted in told and not told[wanted].strip():
            self.add_error(
                wanted,
                _("Say why it does not apply.")
                if wanted == "not_applicable_reason"
                else _("Write the text, or say that the point does not apply."),
            )
        return told

    def facts(self) -> dict[str, Any]:
        """What is written down; a reason counts only when the point does not apply."""
        told = self.cleaned_data
        reason = told["not_applicable_reason"] if told["applies"] == "no" else ""
        return {
            "text": told["text"],
            "not_applicable_reason": reason,
            "evidence": list(told.get("evidence", [])),
            "revision": told["revision"],
        }

    def _show_conflict(self, error: EditedMeanwhile) -> None:
        """Keep what was typed, show what the other wrote, take the new revision."""
        if isinstance(error.row, AnnexText):
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


class ApproveForm(FactsForm):
    """The digest of the text that the approver has read."""

    read_sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)


class CopyForm(FactsForm):
    """The version whose texts are taken over."""

    source = forms.ModelChoiceField(
        label=_("Take over from"),
        queryset=SystemVersion.objects.none(),
        empty_label=None,
    )

    def __init__(
        self, *args: Any, versions: QuerySet[SystemVersion], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        field = self.fields["source"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = versions
            field.label_from_instance = _name  # type: ignore[method-assign]


def _name(obj: Any) -> str:
    return str(obj.name)
