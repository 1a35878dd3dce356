"""Shapes of JSON for systems."""

from typing import Any

from rest_framework import serializers

from audits.log.selectors import vkeys
from registry.operators.models import Operator, OperatorRoleName
from registry.operators.serializers import ExactInput, LineField, TextField
from registry.people.models import User
from registry.systems.models import (
    AISystem,
    LifecycleState,
    MemberState,
    SystemChange,
)
from registry.systems.selectors import members, model_versions_of


class Finding(serializers.Serializer[Any]):
    """What an approved classification found."""

    label = serializers.CharField()  # type: ignore[assignment]
    citation = serializers.CharField(required=False)
    kind = serializers.CharField(required=False)
    tone = serializers.CharField(required=False)


class SystemIn(ExactInput):
    """What a caller states of a system: name and purpose, the rest can wait."""

    name = LineField(max_length=200)
    intended_purpose = TextField()
    affected_persons = TextField(required=False, allow_blank=True)
    member_states = serializers.ListField(
        child=serializers.ChoiceField(choices=MemberState.choices),
        required=False,
        max_length=27,
        help_text="ISO 3166-1 codes of Member States; Greece is GR.",
    )
    lifecycle_state = serializers.ChoiceField(
        choices=LifecycleState.choices, required=False
    )
    owner = serializers.PrimaryKeyRelatedField(
        queryset=User.objects.none(),
        required=False,
        allow_null=True,
        help_text="A person of the organisation, by id.",
    )
    placed_on_market_on = serializers.DateField(required=False, allow_null=True)
    put_into_service_on = serializers.DateField(required=False, allow_null=True)
    first_placed_where = LineField(required=False, allow_blank=True, max_length=200)
    type_first_placed_on = serializers.DateField(required=False, allow_null=True)
    for_public_authorities = serializers.BooleanField(
        required=False, allow_null=True, help_text="null: not established"
    )

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        if organisation := self.context.get("organisation"):
            fields["owner"].queryset = members(organisation)
        return fields

    def validate_member_states(self, value: list[str]) -> list[str]:
        return sorted(set(value))


class SystemPatch(SystemIn):
    """Facts to change, and the revision that the caller has read."""

    revision = serializers.IntegerField(min_value=0)
    changed_on = serializers.DateField(
        required=False,
        help_text="Since when name or purpose is another one; today when left out.",
    )


class SystemOut(serializers.Serializer[Any]):
    """A system as the registry knows it."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    intended_purpose = serializers.CharField()
    affected_persons = serializers.CharField()
    member_states = serializers.ListField(child=serializers.CharField())
    lifecycle_state = serializers.ChoiceField(choices=LifecycleState.choices)
    owner = serializers.UUIDField(source="owner_id", allow_null=True)
    placed_on_market_on = serializers.DateField(allow_null=True)
    put_into_service_on = serializers.DateField(allow_null=True)
    first_placed_where = serializers.CharField()
    type_first_placed_on = serializers.DateField(allow_null=True)
    for_public_authorities = serializers.BooleanField(allow_null=True)
    findings = Finding(many=True)
    log = serializers.CharField(source="log.origin", help_text="origin of its log")
    log_vkey = serializers.SerializerMethodField(help_text="its newest key")
    sample = serializers.BooleanField(source="is_sample")
    created_at = serializers.DateTimeField()
    revision = serializers.IntegerField()

    def get_log_vkey(self, system: AISystem) -> str:
        return vkeys(system.log)[-1]


class VersionIn(ExactInput):
    """A version of the whole system; it is never changed."""

    name = LineField(max_length=60)
    changes = TextField(required=False, allow_blank=True)
    model_versions = serializers.PrimaryKeyRelatedField(
        queryset=User.objects.none(),
        many=True,
        required=False,
        help_text="Versions of the system's models, by id.",
    )

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        if system := self.context.get("system"):
            fields["model_versions"].child_relation.queryset = model_versions_of(system)
        return fields


class ModelVersionIn(serializers.Serializer[Any]):
    """A model version that a system version runs."""

    id = serializers.UUIDField()
    model = serializers.CharField(source="aimodel.name")
    name = serializers.CharField()


class VersionOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    changes = serializers.CharField()
    model_versions = ModelVersionIn(many=True)
    created_at = serializers.DateTimeField()


class RoleIn(ExactInput):
    """A role that an operator holds for the system, and why."""

    operator = serializers.PrimaryKeyRelatedField(queryset=Operator.objects.none())
    role = serializers.ChoiceField(choices=OperatorRoleName.choices)
    held_from = serializers.DateField()
    held_until = serializers.DateField(required=False, allow_null=True)
    reason = TextField()

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        if system := self.context.get("system"):
            fields["operator"].queryset = Operator.objects.filter(
                organisation=system.organisation_id
            )
        return fields


class RoleEnd(ExactInput):
    """The last day of a role, and why it ends."""

    held_until = serializers.DateField()
    reason = TextField()


class RoleOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    operator = serializers.UUIDField(source="operator_id")
    operator_name = serializers.CharField(source="operator.name")
    role = serializers.ChoiceField(choices=OperatorRoleName.choices)
    held_from = serializers.DateField()
    held_until = serializers.DateField(allow_null=True)
    reason = serializers.CharField()


class ChangeIn(ExactInput):
    """A dated change of design, purpose or name."""

    changed_on = serializers.DateField()
    kind = serializers.ChoiceField(choices=SystemChange.Kind.choices)
    description = TextField()
    substantial_modification = serializers.ChoiceField(
        choices=SystemChange.Substantial.choices, required=False
    )


class ChangeOut(ChangeIn):
    id = serializers.UUIDField()
