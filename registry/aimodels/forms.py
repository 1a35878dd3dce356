"""Shapes of input for model versions and their figures."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from registry.aimodels.encoding import ObjectRefused, parse_object
from registry.datasets.forms import Digest
from registry.datasets.models import DatasetVersion
from registry.operators.forms import FactsForm, Line, Text

ROWS = 8
# LIMIT: figures that one form takes; pipelines send more over the API.
MOST = 200
PREFIX = "figures"


class JsonObject(Text):
    """A JSON object as text; empty is an empty object."""

    def __init__(self, **options: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 4, "spellcheck": "false"})
        super().__init__(**{"widget": widget, **options})

    def clean(self, value: Any) -> Any:
        text = str(super().clean(value))
        try:
            return parse_object(text) if text else {}
        except ObjectRefused as error:
            raise forms.ValidationError(str(error)) from error


class DataChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A data set version, by the name of its set and its own."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            queryset=DatasetVersion.objects.none(), required=False, **options
        )


class ModelVersionForm(FactsForm):
    """One version of a model. Names follow MLflow's where it has one."""

    name = Line(
        label=_("Version"),
        max_length=120,
        help_text=_("Exactly as events name it in model_version: credit-2."),
    )
    artefact_sha256 = Digest(
        label=_("SHA-256 of the artefact"),
        help_text=_("Of the file that is deployed. On a command line: sha256sum FILE."),
    )
    framework = Line(
        label=_("Framework"),
        max_length=120,
        required=False,
        help_text=_("With its version: scikit-learn 1.7, PyTorch 2.8."),
    )
    params = JsonObject(
        label=_("Hyper-parameters"),
        required=False,
        help_text=_("A JSON object: {\"max_depth\": 6, \"l2\": 0.5}."),
    )  # fmt: skip
    training_data = DataChoice(
        label=_("Training data version"),
        empty_label=_("Not established"),
        help_text=_("A version of a data set of one of its systems."),
    )
    feature_set_version = Line(
        label=_("Feature set version"),
        max_length=120,
        required=False,
        help_text=_("As events name it in feature_set_version."),
    )
    code_revision = Line(
        label=_("Code revision"),
        max_length=120,
        required=False,
        help_text=_("The commit that it was trained from."),
    )
    source = Line(
        label=_("Source"),
        max_length=500,
        required=False,
        help_text=_("Where the artefact lies: an address in your model store."),
    )
    run_id = Line(
        label=_("Training run"),
        max_length=120,
        required=False,
        help_text=_("The run's id in MLflow or another tracking tool."),
    )
    licence = Line(
        label=_("Licence"),
        max_length=120,
        required=False,
        help_text=_("Of the model, above all when others made it."),
    )
    tags = JsonObject(
        label=_("Tags"),
        required=False,
        help_text=_("A JSON object of whatever else you sort models by."),
    )

    def __init__(
        self, *args: Any, data_versions: QuerySet[DatasetVersion], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        chosen = self.fields["training_data"]
        if isinstance(chosen, forms.ModelChoiceField):
            chosen.queryset = data_versions


class FigureForm(forms.Form):
    """One measured figure; a row that is left empty is no figure."""

    use_required_attribute = False
    name = Line(label=_("Metric"), max_length=80)
    value = forms.FloatField(label=_("Value"), widget=forms.TextInput)
    dataset = DataChoice(label=_("Measured on"), empty_label="—")
    segment = Line(label=_("Segment"), max_length=120, required=False)
    count = forms.IntegerField(
        label=_("Cases"),
        required=False,
        min_value=0,
        max_value=2**31 - 1,
        widget=forms.TextInput,
    )

    def __init__(
        self, *args: Any, data_versions: QuerySet[DatasetVersion], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        chosen = self.fields["dataset"]
        if isinstance(chosen, forms.ModelChoiceField):
            chosen.queryset = data_versions
        for field in self.fields.values():
            field.widget.attrs["class"] = "ds-input"
        for name in ("value", "count"):
            self.fields[name].widget.attrs["inputmode"] = "decimal"


class BaseFigures(forms.BaseFormSet):  # type: ignore[type-arg]
    """The table of figures, each said once per data set and segment."""

    def clean(self) -> None:
        seen = set()
        for row in self.forms:
            said = row.cleaned_data if row.is_valid() else {}
            if not said:
                continue
            key = (said["name"], said["dataset"], said["segment"])
            if key in seen:
                row.add_error(
                    "name", gettext("Said twice for the same data set and segment.")
                )
            seen.add(key)

    def facts(self) -> list[dict[str, Any]]:
        """The figures as the act keeps them; empty rows are left out."""
        return [row.cleaned_data for row in self.forms if row.cleaned_data]

    def complaints(self) -> list[str]:
        """Each error with the number of its row."""
        said = [
            gettext("Figure %(row)s, %(field)s: %(error)s")
            % {"row": number, "field": row.fields[name].label, "error": error}
            for number, row in enumerate(self.forms, 1)
            for name, errors in row.errors.items()
            for error in errors
        ]
        return said + [str(error) for error in self.non_form_errors()]


def figures(extra: int = ROWS) -> type[BaseFigures]:
    """The table with so many empty rows at its end."""
    made: Any = forms.formset_factory(
        FigureForm, formset=BaseFigures, extra=extra, max_num=MOST, absolute_max=MOST
    )
    return made  # type: ignore[no-any-return]
