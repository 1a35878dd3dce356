"""Shapes of JSON for data sets, and of whatever belongs to several systems."""

from typing import Any

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from registry.datasets.models import DatasetVersion
from registry.operators.serializers import ExactInput, LineField, TextField
from registry.systems.access import visible_systems
from registry.systems.models import AISystem


class DigestField(serializers.CharField):
    """A SHA-256 in hexadecimal, in small letters."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=64, **options)
        self.validators.append(
            RegexValidator(
                r"^[0-9a-f]{64}$",
                _("A SHA-256 is 64 characters: 0 to 9 and a to f."),
            )
        )

    def to_internal_value(self, data: Any) -> str:
        return str(super().to_internal_value(data)).lower()


class ForSystemsIn(ExactInput):
    """A name, and the systems that use it (at least one, by id)."""

    name = LineField(max_length=120)
    description = TextField(required=False, allow_blank=True)
    systems = serializers.PrimaryKeyRelatedField(
        queryset=AISystem.objects.none(),
        many=True,
        allow_empty=False,
        help_text="Systems that use it, by id; all of one organisation.",
    )

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        if caller := self.context.get("caller"):
            chosen: Any = fields["systems"]
            chosen.child_relation.queryset = visible_systems(caller)
        return fields


class ForSystemsOut(serializers.Serializer[Any]):
    """As the registry knows it; of its systems those that the caller sees."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    description = serializers.CharField()
    systems = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField()

    def get_systems(self, row: Any) -> list[str]:
        return [str(system.pk) for system in row.systems.all()]


class DatasetVersionIn(ExactInput):
    """A version with what Art. 10 asks; what is left out is not established."""

    name = LineField(max_length=120)
    use = serializers.ChoiceField(choices=DatasetVersion.Use.choices)
    sha256 = DigestField(required=False, allow_blank=True)
    rows = serializers.IntegerField(
        required=False, allow_null=True, min_value=0, max_value=2**63 - 1
    )
    licence = LineField(required=False, allow_blank=True, max_length=120)
    origin = TextField(required=False, allow_blank=True, help_text="Art. 10(2)(b)")
    collection = TextField(required=False, allow_blank=True, help_text="Art. 10(2)(b)")
    preparation = TextField(
        required=False,
        allow_blank=True,
        help_text="Annotation, labelling, cleaning: Art. 10(2)(c)",
    )
    design_choices = TextField(
        required=False, allow_blank=True, help_text="Art. 10(2)(a)"
    )
    assumptions = TextField(required=False, allow_blank=True, help_text="Art. 10(2)(d)")
    suitability = TextField(required=False, allow_blank=True, help_text="Art. 10(2)(e)")
    representativeness = TextField(
        required=False, allow_blank=True, help_text="Art. 10(3), 10(4)"
    )
    known_biases = TextField(
        required=False, allow_blank=True, help_text="Art. 10(2)(f), 10(2)(g)"
    )
    gaps = TextField(required=False, allow_blank=True, help_text="Art. 10(2)(h)")


class DatasetVersionOut(DatasetVersionIn):
    """A version as the registry knows it; it is never changed."""

    id = serializers.UUIDField()
    created_at = serializers.DateTimeField()
