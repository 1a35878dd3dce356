"""What may be posted: which comparison was read; and the place in a list."""

from uuid import UUID

from django import forms

from registry.operators.forms import FactsForm


class StartForm(FactsForm):
    """The comparison that the officer has read."""

    read = forms.UUIDField(widget=forms.HiddenInput, required=False)


class PlaceForm(forms.Form):
    """Where a page of the list begins."""

    before = forms.UUIDField(required=False)

    def place(self) -> UUID | None:
        """The cursor; None for the first page, or when it is none."""
        return self.cleaned_data["before"] if self.is_valid() else None
