"""Shapes of JSON for notifications (Art. 27(3))."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from governance.fria.models import AuthorityNotification
from registry.documents.models import Document
from registry.operators.serializers import ExactInput, LineField, TextField
from registry.systems.models import MemberState


class NotificationIn(ExactInput):
    """That the authority was told, or why Art. 46(1) exempts from it."""

    kind = serializers.ChoiceField(choices=AuthorityNotification.Kind.choices)
    authority = LineField(max_length=200)
    member_state = serializers.ChoiceField(choices=MemberState.choices)
    told_on = serializers.DateField()
    reference = LineField(required=False, allow_blank=True, max_length=200)
    reason = TextField(required=False, allow_blank=True, max_length=2000)
    document = serializers.PrimaryKeyRelatedField(
        required=False, allow_null=True, queryset=Document.objects.none()
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["document"]
        documents = self.context.get("documents")
        if documents is not None and isinstance(
            field, serializers.PrimaryKeyRelatedField
        ):
            field.queryset = documents  # type: ignore[arg-type]


TOLD = OpenApiExample(
    "Told",
    value={
        "kind": "notified",
        "authority": "Bundesnetzagentur",
        "member_state": "DE",
        "told_on": "2027-11-20",
        "reference": "KI-2027-118",
        "reason": "",
        "file_sha256": "",
        "recorded_by": "Alice Example",
        "recorded_at": "2027-11-20T14:02:00Z",
    },
    response_only=True,
)


@extend_schema_serializer(examples=[TOLD])
class NotificationOut(serializers.Serializer[Any]):
    """One notification as it was recorded."""

    kind = serializers.ChoiceField(choices=AuthorityNotification.Kind.choices)
    authority = serializers.CharField()
    member_state = serializers.CharField()
    told_on = serializers.DateField()
    reference = serializers.CharField()
    reason = serializers.CharField()
    file_sha256 = serializers.CharField()
    recorded_by = serializers.CharField()
    recorded_at = serializers.DateTimeField()
