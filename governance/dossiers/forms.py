"""What a person says when asking for a dossier."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from registry.systems.models import AISystem, SystemVersion


class RequestForm(forms.Form):
    """The version of the system that the technical documentation speaks of."""

    version = forms.ModelChoiceField(
        SystemVersion.objects.none(),
        label=_("Version of the system"),
        empty_label=None,
        help_text=_("The texts for Annex IV are those of this version."),
    )

    def __init__(self, system: AISystem, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        field: Any = self.fields["version"]
        field.queryset = system.versions.order_by("-created_at")
        field.label_from_instance = lambda version: version.name
        if not field.queryset.exists():
            field.required = False


class PageForm(forms.Form):
    """Where a page of the list begins."""

    before = forms.UUIDField(required=False)

    def place(self) -> UUID | None:
        """The cursor; None for the first page, or when it is none."""
        return self.cleaned_data["before"] if self.is_valid() else None
