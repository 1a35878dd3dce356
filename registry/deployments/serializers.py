"""Shapes of JSON for deployments and the periods in which versions were live."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from registry.aimodels.models import ModelVersion
from registry.deployments.encoding import MomentWrong, parse_moment
from registry.deployments.models import Stage
from registry.deployments.selectors import versions_to_choose
from registry.operators.serializers import ExactInput, LineField, TextField


class MomentField(serializers.DateTimeField):
    """RFC 3339; without a zone it is UTC."""

    def to_internal_value(self, value: Any) -> Any:
        try:
            return parse_moment(str(value))
        except MomentWrong as error:
            raise serializers.ValidationError(str(error)) from error


class DeploymentIn(ExactInput):
    """A place where versions of a system run."""

    name = LineField(max_length=120, help_text="As events name it in deployment")
    endpoint = LineField(required=False, allow_blank=True, max_length=300)
    fallback = TextField(
        required=False, allow_blank=True, help_text="What happens when it is stopped"
    )


class DeploymentOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    system = serializers.UUIDField(source="system_id")
    name = serializers.CharField()
    endpoint = serializers.CharField()
    fallback = serializers.CharField()
    created_at = serializers.DateTimeField()


class PeriodIn(ExactInput):
    """A version goes live."""

    version = serializers.PrimaryKeyRelatedField(
        queryset=ModelVersion.objects.none(), help_text="A model version, by id"
    )
    stage = serializers.ChoiceField(choices=Stage.choices)
    share = serializers.DecimalField(
        max_digits=5,
        decimal_places=2,
        min_value=Decimal("0.01"),
        max_value=Decimal(100),
        help_text="Share of requests in percent",
    )
    live_from = MomentField()
    live_until = MomentField(required=False, allow_null=True)
    takes_over = serializers.BooleanField(
        required=False,
        help_text="End the version that is fully live at the same moment",
    )

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        if system := self.context.get("system"):
            chosen: Any = fields["version"]
            chosen.queryset = versions_to_choose(system)
        return fields

    def validate_stage(self, value: str) -> Stage:
        return Stage(value)


class PeriodEnd(ExactInput):
    """From this moment on the version is live no longer."""

    live_until = MomentField()


class PeriodOut(serializers.Serializer[Any]):
    """A version that was live, where, how, from when until when (null: open)."""

    id = serializers.UUIDField()
    deployment = serializers.CharField(source="deployment.name")
    deployment_id = serializers.UUIDField()
    model = serializers.CharField(source="version.aimodel.name")
    version = serializers.CharField(source="version.name")
    version_id = serializers.UUIDField()
    stage = serializers.ChoiceField(choices=Stage.choices)
    share = serializers.DecimalField(max_digits=5, decimal_places=2)
    live_from = serializers.DateTimeField(source="period.lower")
    live_until = serializers.DateTimeField(source="period.upper", allow_null=True)


class LiveOut(serializers.Serializer[Any]):
    """All versions that were live at the moment; for one prediction its event says."""

    at = serializers.DateTimeField()
    live = PeriodOut(many=True)
