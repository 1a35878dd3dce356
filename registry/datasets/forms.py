"""Shapes of input for data sets, and of whatever belongs to several systems."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from registry.datasets.models import DatasetVersion
from registry.datasets.selectors import ART_10
from registry.operators.forms import FactsForm, Line, Text
from registry.systems.models import AISystem


class Digest(forms.RegexField):
    """A SHA-256 in hexadecimal, kept in small letters."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            regex=r"^[0-9a-fA-F]{64}$",
            max_length=64,
            error_messages={
                "invalid": _("A SHA-256 is 64 characters: 0 to 9 and a to f.")
            },
            **options,
        )

    def clean(self, value: Any) -> str:
        return str(super().clean(value)).lower()


class ForSystemsForm(FactsForm):
    """Something with a name that one or more systems use."""

    name = Line(label=_("Name"), max_length=120)
    description = Text(
        label=_("What it is"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    systems = forms.ModelMultipleChoiceField(
        label=_("Systems that use it"),
        queryset=AISystem.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Those who see one of them see this as well."),
    )

    def __init__(self, *args: Any, systems: QuerySet[AISystem], **options: Any) -> None:
        super().__init__(*args, **options)
        chosen = self.fields["systems"]
        if isinstance(chosen, forms.ModelMultipleChoiceField):
            chosen.queryset = systems

    def facts(self) -> dict[str, Any]:
        return {k: v for k, v in super().facts().items() if k != "systems"}


class UseForm(FactsForm):
    """One more system that uses it."""

    system = forms.ModelChoiceField(label=_("System"), queryset=AISystem.objects.none())

    def __init__(self, *args: Any, systems: QuerySet[AISystem], **options: Any) -> None:
        super().__init__(*args, **options)
        chosen = self.fields["system"]
        if isinstance(chosen, forms.ModelChoiceField):
            chosen.queryset = systems


class ListForm(forms.Form):
    """What a list by name shows; whatever is wrong in the address is left out."""

    q = Line(required=False, max_length=120)
    after = Line(required=False, max_length=120, strip=False)

    def found(self) -> dict[str, str]:
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}


class DatasetVersionForm(FactsForm):
    """One version: what it is, and what Art. 10 asks of it."""

    name = Line(
        label=_("Version"),
        max_length=120,
        help_text=_("As you call it: 2026-03, v4. It is never changed."),
    )
    use = forms.ChoiceField(label=_("Used for"), choices=DatasetVersion.Use.choices)
    sha256 = Digest(
        label=_("SHA-256 of the data"),
        required=False,
        help_text=_("Of the file or archive, so that the same data is known again."),
    )
    rows = forms.IntegerField(label=_("Rows"), required=False, min_value=0)
    licence = Line(
        label=_("Licence"),
        max_length=120,
        required=False,
        help_text=_("Or the contract under which it may be used."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for question in ART_10:
            self.fields[question.name] = Text(
                label=question.label,
                required=False,
                help_text=f"{question.hint} ({question.citation})",
                widget=forms.Textarea(attrs={"rows": 3}),
            )

    @property
    def about(self) -> list[forms.BoundField]:
        """The fields that say what it is."""
        return [self[name] for name in ("name", "use", "sha256", "rows", "licence")]

    @property
    def asked(self) -> list[forms.BoundField]:
        """The fields that Art. 10 asks for."""
        return [self[question.name] for question in ART_10]
