"""Shapes of input for documents."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from registry.documents.encoding import ALLOWED
from registry.operators.forms import Day, FactsForm, Line


class UploadForm(FactsForm):
    file = forms.FileField(
        label=_("File"),
        widget=forms.FileInput(attrs={"accept": ",".join(sorted(ALLOWED))}),
        help_text=_(
            "PDF, PNG, JPEG, plain text, Markdown, CSV, JSON, Word, Excel, OpenDocument"
            " or ZIP, without macros. It is stored as it is and never shown here."
        ),
    )
    title = Line(
        label=_("Title"),
        max_length=200,
        required=False,
        help_text=_("“Bias audit, first half of 2026”. Without one, the file's name."),
    )
    covers_from = Day(
        label=_("Covers from"),
        required=False,
        help_text=_("The time that the document speaks of, not the day of its making."),
    )
    covers_until = Day(
        label=_("Covers until"),
        required=False,
        help_text=_("The last day. After it the document counts as old."),
    )

    def facts(self) -> dict[str, Any]:
        given = super().facts()
        file = given.pop("file")
        return {**given, "file_name": file.name or "", "chunks": file.chunks()}


class PageForm(forms.Form):
    """Where the list goes on; anything else in the address is left out."""

    before = forms.UUIDField(required=False)
