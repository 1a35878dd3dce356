"""Shapes of JSON for versioned documents."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from governance.classification.serializers import LawIn
from governance.law.duties_load import catalogue
from governance.papers.models import Paper
from governance.papers.services import LIMIT
from registry.documents.models import Document
from registry.operators.serializers import ExactInput, TextField

LINE = {
    "id": "7d2a2a52-0f4e-4f0e-9c64-51b8a2a0c1d7",
    "operator": {"id": "3b9f4f8e-3c5c-4c5e-9e57-0a7c0f2f6f10", "name": "Acme Bank AG"},
    "number": 1,
    "state": "approved",
    "sha256": "3f9a2c04d1" + "0" * 54,
    "begun_at": "2027-11-02T09:00:00Z",
    "proposed_by": "Alice Example",
    "proposed_at": "2027-11-12T10:30:00Z",
    "decided_by": "Bob Example",
    "decided_at": "2027-11-13T08:15:00Z",
    "note": "",
}
CHANGE = {
    "fact": "Intended purpose",
    "before": "Scores loans.",
    "now": "Scores loans and overdrafts.",
    "elements": ["Where and how you use it"],
}
FULL = LINE | {
    "document": {"elements": [], "facts": [], "law": {"state": "binds_now"}},
    "revisions": {"fria-a": 2},
    "open_tasks": [],
    "changes": [CHANGE],
}
STANDS = {
    "operator": LINE["operator"],
    "state": "applies_from",
    "answer": "Art. 27 binds from 2 Dec 2027: assess before the first use.",
    "since": "2026-03-02",
    "counts": LINE,
    "open": None,
    "notices": [{"tone": "attention", "text": "Nobody has told the authority yet."}],
    "changes": [],
    "steps": [
        {
            "id": "notify",
            "citation": "Art. 27(3)",
            "title": "Tell the authority",
            "says": "Send the filled-in template to the market surveillance authority.",
            "status": "duty",
            "state": "applies_from",
            "when": "Applies from 2 Dec 2027.",
        }
    ],
}


def _example(name: str, value: dict[str, Any]) -> OpenApiExample:
    return OpenApiExample(name, value=value, response_only=True)


PAPER_EXAMPLE = _example("A version that facts left behind", FULL)


class BeginIn(ExactInput):
    """For which of your operators a version is begun."""

    operator = serializers.UUIDField()


class PartIn(ExactInput):
    """One element: the text, what is stated, and what backs it."""

    text = TextField(required=False, allow_blank=True, max_length=LIMIT, default="")
    choice = serializers.CharField(required=False, allow_blank=True, default="")
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


class NamedOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()


@extend_schema_serializer(examples=[_example("An approved version", LINE)])
class PaperLine(serializers.Serializer[Any]):
    """One version, without its text."""

    id = serializers.UUIDField()
    operator = NamedOut()
    number = serializers.IntegerField()
    state = serializers.ChoiceField(choices=Paper.State.choices)
    sha256 = serializers.CharField(source="digest", help_text="Of what was proposed.")
    begun_at = serializers.DateTimeField()
    proposed_by = serializers.StringRelatedField[Any](allow_null=True)
    proposed_at = serializers.DateTimeField(allow_null=True)
    decided_by = serializers.StringRelatedField[Any](allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    note = serializers.CharField()


class FactChangeOut(serializers.Serializer[Any]):
    fact = serializers.CharField(source="label")
    before = serializers.CharField()
    now = serializers.CharField()
    elements = serializers.ListField(child=serializers.CharField())


@extend_schema_serializer(examples=[PAPER_EXAMPLE])
class PaperOut(PaperLine):
    """One version with everything that it says, and what changed behind it."""

    document = serializers.JSONField(
        help_text="Elements, facts and law. When it was proposed, `sha256` is that of "
        "this value as compact JSON with sorted names."
    )
    revisions = serializers.DictField(
        child=serializers.IntegerField(), help_text="By element; 0 is not listed."
    )
    open_tasks = serializers.ListField(child=serializers.CharField())
    changes = FactChangeOut(many=True)


class DueOut(serializers.Serializer[Any]):
    id = serializers.CharField(source="step.id")
    citation = serializers.CharField(source="step.citation")
    title = serializers.CharField(source="step.title")
    says = serializers.CharField(source="step.says")
    status = serializers.CharField(source="step.status")
    state = serializers.CharField()
    when = serializers.CharField()


class NoticeOut(serializers.Serializer[Any]):
    tone = serializers.CharField()
    text = serializers.CharField()


@extend_schema_serializer(examples=[_example("Binds later", STANDS)])
class PaperStandingOut(serializers.Serializer[Any]):
    """What the law asks of one operator, and how it stands with the document."""

    operator = NamedOut()
    state = serializers.CharField(source="law.state", allow_null=True, default=None)
    answer = serializers.CharField(source="law.answer", allow_null=True, default=None)
    since = serializers.DateField(allow_null=True)
    counts = PaperLine(source="versions.counts", allow_null=True)
    open = PaperLine(source="versions.open", allow_null=True)
    notices = NoticeOut(many=True)
    changes = FactChangeOut(many=True)
    steps = DueOut(source="law.steps", many=True, default=list)


class OwedIn(LawIn):
    """Answers about a system, with the roles and facts of an operator."""

    roles = serializers.ListField(
        child=serializers.ChoiceField(choices=sorted(catalogue().roles)),
        help_text="Of the operator, for this system.",
    )
    flags = serializers.DictField(
        child=serializers.CharField(),
        required=False,
        help_text="Facts about the operator: “yes”, “no” or “not_established”.",
    )
