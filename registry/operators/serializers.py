"""Shapes of JSON for operators."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from registry.operators.models import (
    TEXT_LENGTH,
    OperatorSize,
    country_code,
    one_line,
    plain_text,
)


class ExactInput(serializers.Serializer[Any]):
    """Input of which every name is known: a misspelt fact is refused, never lost."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        read: dict[str, Any] = super().to_internal_value(data)
        unknown = sorted(set(data) - set(self.fields))
        if unknown:
            known = ", ".join(sorted(self.fields))
            told = _("There is no such field. Those there are: %(known)s.")
            raise serializers.ValidationError(
                {name: [told % {"known": known}] for name in unknown}
            )
        return read


class LineField(serializers.CharField):
    """Text on one line; as in the forms."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.validators.append(one_line)


class TextField(serializers.CharField):
    """Text on several lines; as in the forms."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": TEXT_LENGTH, **options})
        self.validators.append(plain_text)


class OperatorIn(ExactInput):
    """What a caller states of an operator."""

    name = LineField(max_length=200)
    country = LineField(min_length=2, max_length=2, validators=[country_code])
    address = TextField(required=False, allow_blank=True, max_length=1000)
    contact = LineField(required=False, allow_blank=True, max_length=200)
    size = serializers.ChoiceField(choices=OperatorSize.choices, required=False)
    public_body = serializers.BooleanField(required=False)
    ours = serializers.BooleanField(required=False)

    def validate_country(self, value: str) -> str:
        return value.upper()


class OperatorPatch(OperatorIn):
    """Facts to change, and the revision that the caller has read."""

    revision = serializers.IntegerField(min_value=0)


class OperatorOut(serializers.Serializer[Any]):
    """An operator as the registry knows it."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    country = serializers.CharField()
    address = serializers.CharField()
    contact = serializers.CharField()
    size = serializers.ChoiceField(choices=OperatorSize.choices)
    public_body = serializers.BooleanField()
    ours = serializers.BooleanField()
    revision = serializers.IntegerField()
