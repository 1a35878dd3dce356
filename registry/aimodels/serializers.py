"""Shapes of JSON for model versions; names follow MLflow's where it has one."""

import math
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from registry.aimodels.encoding import ObjectRefused, checked_object
from registry.datasets.access import visible_datasets
from registry.datasets.models import DatasetVersion
from registry.datasets.serializers import DigestField
from registry.operators.serializers import ExactInput, LineField
from registry.systems.access import Caller

# LIMIT: figures of one version.
MOST = 1000


@extend_schema_field(OpenApiTypes.OBJECT)
class ObjectField(serializers.JSONField):
    """A JSON object of moderate depth and length."""

    def to_internal_value(self, data: Any) -> Any:
        try:
            return checked_object(data)
        except ObjectRefused as error:
            raise serializers.ValidationError(str(error)) from error


class FiniteField(serializers.FloatField):
    """A number; "nan" and "inf" are none."""

    def to_internal_value(self, data: Any) -> float:
        value = float(super().to_internal_value(data))
        if not math.isfinite(value):
            self.fail("invalid")
        return value


def seen_versions(caller: Caller | None) -> QuerySet[DatasetVersion]:
    """Versions of the data sets that the caller sees."""
    if caller is None:
        return DatasetVersion.objects.none()
    seen = visible_datasets(caller).order_by().values("pk")
    return DatasetVersion.objects.filter(dataset__in=seen).select_related("dataset")


class DataVersionField(serializers.PrimaryKeyRelatedField[DatasetVersion]):
    """A version of a data set that the caller sees, by id."""

    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=DatasetVersion.objects.none(), **options)

    def get_queryset(self) -> Any:
        return seen_versions(self.context.get("caller"))


class MetricIn(ExactInput):
    """One measured figure, with its data set version and segment."""

    name = LineField(max_length=80)
    value = FiniteField()
    dataset = serializers.UUIDField(
        required=False,
        allow_null=True,
        help_text="The data set version that it was measured on, by id.",
    )
    segment = LineField(
        required=False, allow_blank=True, max_length=120, help_text="Empty: all persons"
    )
    count = serializers.IntegerField(
        required=False, allow_null=True, min_value=0, max_value=2**31 - 1
    )


class MetricOut(serializers.Serializer[Any]):
    name = serializers.CharField()
    value = serializers.FloatField()
    dataset = serializers.UUIDField(source="dataset_id", allow_null=True)
    segment = serializers.CharField()
    count = serializers.IntegerField(allow_null=True)


class ModelVersionIn(ExactInput):
    """A version with its figures; it is never changed afterwards."""

    name = LineField(max_length=120, help_text="As events name it in model_version")
    artefact_sha256 = DigestField()
    framework = LineField(required=False, allow_blank=True, max_length=120)
    params = ObjectField(required=False, help_text="Hyper-parameters")
    training_data = DataVersionField(
        required=False, allow_null=True, help_text="A data set version, by id"
    )
    feature_set_version = LineField(required=False, allow_blank=True, max_length=120)
    code_revision = LineField(required=False, allow_blank=True, max_length=120)
    licence = LineField(required=False, allow_blank=True, max_length=120)
    source = LineField(required=False, allow_blank=True, max_length=500)  # type: ignore[assignment]
    run_id = LineField(required=False, allow_blank=True, max_length=120)
    tags = ObjectField(required=False)
    metrics = MetricIn(many=True, required=False, max_length=MOST)  # type: ignore[call-arg]

    def validate_metrics(self, value: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Put rows in place of the ids of data set versions, in one read."""
        wanted = {each["dataset"] for each in value if each.get("dataset")}
        rows = seen_versions(self.context.get("caller")).in_bulk(list(wanted))
        for unseen in wanted - set(rows):
            raise serializers.ValidationError(
                _("There is no data set version %(id)s, or you may not see it.")
                % {"id": unseen}
            )
        return [{**m, "dataset": rows.get(m.get("dataset"))} for m in value]


class ModelVersionOut(serializers.Serializer[Any]):
    """A version as the registry knows it."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    artefact_sha256 = serializers.CharField()
    framework = serializers.CharField()
    params = ObjectField()
    training_data = serializers.UUIDField(source="training_data_id", allow_null=True)
    feature_set_version = serializers.CharField()
    code_revision = serializers.CharField()
    licence = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    run_id = serializers.CharField()
    tags = ObjectField()
    metrics = MetricOut(many=True)
    created_at = serializers.DateTimeField()
