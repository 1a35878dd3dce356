"""Shapes of JSON for the circumstances of operators."""

from typing import Any

from rest_framework import serializers

from governance.circumstances.models import Circumstance
from governance.law.duties_load import catalogue
from registry.operators.models import Operator, OperatorRoleName
from registry.operators.serializers import ExactInput, TextField
from registry.systems.models import AISystem

FLAGS = [(flag, question.text) for flag, question in catalogue().flags.items()]


class StatementIn(ExactInput):
    """A fact about an operator, from a day on."""

    flag = serializers.ChoiceField(
        choices=FLAGS,
        help_text="Refused: whether somebody became the provider (Art. 25). It is "
        "answered under changes of role.",
    )
    answer = serializers.ChoiceField(choices=Circumstance.Answer.choices)
    held_from = serializers.DateField()
    reason = TextField(required=False, allow_blank=True)
    seen = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=36,
        help_text="The id of the newest statement that you have read; else 409.",
    )


class StatementOfSystemIn(StatementIn):
    """A fact about an operator that holds for one system."""

    operator = serializers.PrimaryKeyRelatedField(queryset=Operator.objects.none())

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        system = self.context.get("system")
        if isinstance(system, AISystem):
            fields["operator"].queryset = system.organisation.operators.all()
        return fields


class StatementOut(serializers.Serializer[Any]):
    """One statement. It is never changed; a newer one takes its place."""

    id = serializers.UUIDField()
    operator = serializers.UUIDField(source="operator_id")
    operator_name = serializers.CharField(source="operator.name")
    system = serializers.UUIDField(
        source="system_id", allow_null=True, help_text="null: it holds for all systems"
    )
    flag = serializers.ChoiceField(choices=FLAGS)
    answer = serializers.ChoiceField(choices=Circumstance.Answer.choices)
    held_from = serializers.DateField()
    reason = serializers.CharField()
    stated_by = serializers.SerializerMethodField()
    stated_at = serializers.DateTimeField()
    unconfirmed = serializers.BooleanField(
        help_text="Whether changes of role have to confirm it (Art. 25)."
    )

    def get_stated_by(self, row: Circumstance) -> str | None:
        return str(row.stated_by) if row.stated_by else None


class ActingOut(serializers.Serializer[Any]):
    """An operator of ours on a day, with its roles for the system and its facts."""

    operator = serializers.UUIDField(source="operator.pk")
    operator_name = serializers.CharField(source="operator.name")
    roles = serializers.ListField(
        child=serializers.ChoiceField(choices=OperatorRoleName.choices)
    )
    flags = serializers.DictField(
        child=serializers.ChoiceField(choices=Circumstance.Answer.choices),
        help_text="A fact that nobody stated is missing: it is not established.",
    )


class ActingOnOut(serializers.Serializer[Any]):
    """Who of us acts for a system on a day."""

    on = serializers.DateField()
    acting = ActingOut(many=True)


class DayIn(serializers.Serializer[Any]):
    """The day that is asked about."""

    on = serializers.DateField(required=False)
