"""Shapes of input for deployments. Moments are in UTC."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from registry.aimodels.models import ModelVersion
from registry.deployments.encoding import MomentWrong, parse_moment
from registry.deployments.models import Stage
from registry.operators.forms import FactsForm, Line, Text


class Moment(forms.CharField):
    """A moment in UTC, with the browser's own picker."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateTimeInput(
            format="%Y-%m-%dT%H:%M:%S", attrs={"type": "datetime-local", "step": "1"}
        )
        super().__init__(**{"widget": widget, "max_length": 40, **options})

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, datetime):
            return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
        return value

    def clean(self, value: Any) -> Any:
        text = str(super().clean(value))
        if not text:
            return None
        try:
            return parse_moment(text)
        except MomentWrong as error:
            raise forms.ValidationError(str(error)) from error


class DeploymentForm(FactsForm):
    name = Line(
        label=_("Name"),
        max_length=120,
        help_text=_("Exactly as events name it in deployment: branch-offices."),
    )
    endpoint = Line(
        label=_("Endpoint"),
        max_length=300,
        required=False,
        help_text=_("The address that answers, or the place: “tablet app, wards 3–7”."),
    )
    fallback = Text(
        label=_("What happens when it is stopped"),
        required=False,
        help_text=_("Who decides then, and how. A stop must be possible (Art. 14(4))."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class GoLiveForm(FactsForm):
    """A version goes live: in which stage, with which share, since when."""

    version = forms.ModelChoiceField(
        label=_("Version"), queryset=ModelVersion.objects.none()
    )
    stage = forms.ChoiceField(
        label=_("Stage"),
        choices=Stage.choices,
        initial=Stage.FULL,
        help_text=_(
            "Full: what counts. Gradual, canary: it answers a share of the requests. "
            "Shadow: it runs beside, and nobody is affected by its answers."
        ),
    )
    share = forms.DecimalField(
        label=_("Share of requests, in percent"),
        min_value=Decimal("0.01"),
        max_value=Decimal(100),
        decimal_places=2,
        initial=Decimal(100),
    )
    live_from = Moment(label=_("Live from (UTC)"))
    live_until = Moment(
        label=_("Until (UTC)"),
        required=False,
        help_text=_("Leave it open while it is live."),
    )
    takes_over = forms.BooleanField(
        label=_("It takes over from the version that is fully live"),
        required=False,
        help_text=_("That one is ended at the same moment, without a gap."),
    )

    def __init__(
        self, *args: Any, versions: QuerySet[ModelVersion], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        chosen = self.fields["version"]
        if isinstance(chosen, forms.ModelChoiceField):
            chosen.queryset = versions
            chosen.label_from_instance = lambda v: f"{v.aimodel.name} {v.name}"  # type: ignore[method-assign, assignment]

    def facts(self) -> dict[str, Any]:
        given = super().facts()
        return {**given, "stage": Stage(given["stage"])}


class EndForm(FactsForm):
    live_until = Moment(
        label=_("Live until (UTC)"),
        help_text=_("From this moment on the version is live no longer."),
    )


class LiveForm(FactsForm):
    """The moment that is asked about; empty is now."""

    at = Moment(label=_("Moment (UTC)"), required=False)
