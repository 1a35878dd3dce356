"""Shapes of JSON for the technical documentation."""

from typing import Any

from rest_framework import serializers

from governance.documentation.services import LIMIT
from registry.documents.models import Document
from registry.operators.serializers import ExactInput, TextField


class TextIn(ExactInput):
    """The text of a leaf, or why the leaf does not apply."""

    text = TextField(required=False, allow_blank=True, max_length=LIMIT, default="")
    not_applicable_reason = TextField(
        required=False, allow_blank=True, max_length=LIMIT, default=""
    )
    evidence = serializers.PrimaryKeyRelatedField(
        many=True, required=False, queryset=Document.objects.none(), default=list
    )
    revision = serializers.IntegerField(
        min_value=0, help_text="The revision that you have read; 0 for a first text."
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        documents = self.context.get("documents")
        field = self.fields["evidence"]
        if documents is not None and isinstance(field, serializers.ManyRelatedField):
            field.child_relation.queryset = documents  # type: ignore[arg-type]


class TextOut(serializers.Serializer[Any]):
    """A leaf of Annex IV for one version of a system."""

    leaf = serializers.CharField()
    citation = serializers.CharField()
    title = serializers.CharField()
    asks = serializers.CharField()
    applicability = serializers.CharField()
    state = serializers.ChoiceField(
        choices=["missing", "draft", "approved", "not_applicable"]
    )
    text = serializers.CharField()
    not_applicable_reason = serializers.CharField()
    author = serializers.CharField(allow_null=True)
    written_at = serializers.DateTimeField(allow_null=True)
    approved_by = serializers.CharField(allow_null=True)
    approved_at = serializers.DateTimeField(allow_null=True)
    approved_sha256 = serializers.CharField()
    sha256 = serializers.CharField(help_text="Of what is written now; approve this.")
    evidence = serializers.ListField(child=serializers.UUIDField())
    revision = serializers.IntegerField()
