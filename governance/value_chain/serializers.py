"""Shapes of JSON for changes of role."""

from typing import Any

from rest_framework import serializers

from governance.circumstances.models import Circumstance
from governance.circumstances.serializers import StatementOut
from governance.law.value_chain import letters
from governance.value_chain.access import can_answer
from governance.value_chain.models import KINDS, ChainAnswer
from governance.value_chain.services import Said
from registry.operators.models import Operator, OperatorRoleName
from registry.operators.serializers import ExactInput, TextField
from registry.people.models import User
from registry.systems.models import AISystem

OCCASIONS = [(kind, kind) for kind in KINDS]


class LettersIn(ExactInput):
    """An answer for each letter that the alarm asks."""

    def get_fields(self) -> dict[str, Any]:
        return {
            letter.id: serializers.ChoiceField(
                choices=Circumstance.Answer.choices,
                required=False,
                help_text=f"{letter.citation}: {letter.text}",
            )
            for letter in letters()
        }


class OccasionIn(ExactInput):
    """What is asked about."""

    kind = serializers.ChoiceField(choices=OCCASIONS)
    id = serializers.UUIDField()


class AnswerIn(ExactInput):
    """An answer to an alarm, with what a yes or a doubt asks besides."""

    occasion = OccasionIn()
    letters = LettersIn()
    reason = TextField()
    operator = serializers.PrimaryKeyRelatedField(
        queryset=Operator.objects.none(),
        required=False,
        allow_null=True,
        help_text="Who became the provider; with a yes.",
    )
    became_on = serializers.DateField(required=False, allow_null=True)
    task_for = serializers.PrimaryKeyRelatedField(
        queryset=User.objects.none(),
        required=False,
        allow_null=True,
        help_text="The person who finds out; with an answer that is not established.",
    )
    seen = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=36,
        help_text="The id of the answer that you have read, or “”; else 409.",
    )

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        system = self.context.get("system")
        if isinstance(system, AISystem):
            fields["operator"].queryset = system.organisation.operators.all()
            fields["task_for"].queryset = can_answer(system.organisation)
        return fields

    def said(self) -> Said:
        """The answer as the act takes it."""
        told = self.validated_data
        return Said(
            letters=told["letters"],
            reason=told["reason"],
            operator=told.get("operator"),
            became_on=told.get("became_on"),
            task_for=told.get("task_for"),
        )


class CandidateOut(serializers.Serializer[Any]):
    operator = serializers.UUIDField(source="operator.pk")
    operator_name = serializers.CharField(source="operator.name")
    roles = serializers.ListField(
        child=serializers.ChoiceField(choices=OperatorRoleName.choices)
    )


class LetterOut(serializers.Serializer[Any]):
    id = serializers.CharField()
    citation = serializers.CharField()
    text = serializers.CharField()
    words = serializers.CharField(help_text="the Act's own")


class OccasionOut(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=OCCASIONS)
    id = serializers.UUIDField()


class AnswerOut(serializers.Serializer[Any]):
    """An answer. It is never changed; a later one takes its place."""

    id = serializers.UUIDField()
    occasion = serializers.SerializerMethodField()
    letters = serializers.DictField(child=serializers.CharField())
    outcome = serializers.ChoiceField(choices=ChainAnswer.Outcome.choices)
    operator = serializers.UUIDField(source="operator_id", allow_null=True)
    became_on = serializers.DateField(allow_null=True)
    reason = serializers.CharField()
    task_for = serializers.CharField(allow_null=True)
    answered_by = serializers.CharField()
    answered_at = serializers.DateTimeField()

    def get_occasion(self, row: ChainAnswer) -> dict[str, str]:
        return {"kind": row.occasion_kind, "id": str(row.occasion_id)}


class AlarmOut(serializers.Serializer[Any]):
    """A change by which somebody may have become the provider."""

    occasion = OccasionOut(source="*")
    on = serializers.DateField()
    title = serializers.CharField()
    text = serializers.CharField()
    candidates = CandidateOut(many=True)
    letters = LetterOut(many=True)
    answer = AnswerOut(allow_null=True, help_text="the one that left it open")
    stated_before = StatementOut(
        source="stated",
        allow_null=True,
        help_text="a yes that no answer here has confirmed; to be answered here",
    )


class AlarmsOut(serializers.Serializer[Any]):
    """What waits for a person, oldest first."""

    open = AlarmOut(many=True)
