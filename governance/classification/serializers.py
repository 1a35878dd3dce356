"""Shapes of JSON for classifications, verdicts and questions."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from governance.classification.models import Classification
from governance.law.load import law
from registry.operators.models import one_line
from registry.operators.serializers import ExactInput


class LawIn(ExactInput):
    """Answers, and the law by which to judge them."""

    answers = serializers.DictField(
        child=serializers.JSONField(),
        required=False,
        help_text="The id of a question, and its answer: “yes”, “no”, "
        "“not_established”, the id of a choice, a list of ids, or a date.",
    )
    on = serializers.DateField(
        required=False, help_text="The day to judge by; today when left out."
    )
    edition = serializers.CharField(
        required=False,
        help_text="An edition of the Act; the law in force on the day when left out.",
    )

    def validate_edition(self, value: str) -> str:
        known = [item.id for item in law().editions]
        if value not in known:
            raise serializers.ValidationError(
                f"There is no edition “{value}”. Choose one of: {', '.join(known)}."
            )
        return value


class StepOut(serializers.Serializer[Any]):
    """One reason: question, answer, citation."""

    fact = serializers.CharField()
    question = serializers.CharField()
    answer = serializers.CharField()
    citation = serializers.CharField()
    assumed = serializers.BooleanField()


class MissingOut(serializers.Serializer[Any]):
    """A fact that is not established, and who is likely to know it."""

    fact = serializers.CharField()
    question = serializers.CharField()
    who_knows = serializers.CharField()


class DutyOut(serializers.Serializer[Any]):
    """A duty that is part of a finding."""

    citation = serializers.CharField()
    text = serializers.CharField()
    applies_from = serializers.DateField(allow_null=True)
    applies_from_later = serializers.DateField(allow_null=True)
    certain = serializers.BooleanField()


class FindingOut(serializers.Serializer[Any]):
    """One thing that the Act makes of the system."""

    id = serializers.CharField()
    provision = serializers.CharField()
    kind = serializers.CharField()
    citation = serializers.CharField()
    title = serializers.CharField()
    says = serializers.CharField()
    confidence = serializers.CharField()
    applies_from = serializers.DateField(allow_null=True)
    applies_from_later = serializers.DateField(allow_null=True)
    applies_now = serializers.BooleanField()
    label = serializers.CharField()  # type: ignore[assignment]
    timing = serializers.CharField()
    bearers = serializers.ListField(child=serializers.CharField())
    concerns_us = serializers.CharField()
    steps = StepOut(many=True)
    missing = MissingOut(many=True)
    duties = DutyOut(many=True)
    dispute = serializers.CharField()
    unless = serializers.ListField(
        child=serializers.CharField(),
        help_text="The open exceptions on which alone the finding hangs.",
    )
    guidance = serializers.CharField(
        help_text="“draft”: it, its other reading, or that it is open rests on draft "
        "guidance alone."
    )


class RuledOut(serializers.Serializer[Any]):
    """A provision that the answers rule out, and the facts that did so."""

    provision = serializers.CharField()
    citation = serializers.CharField()
    title = serializers.CharField()
    because = serializers.ListField(child=serializers.CharField())
    guidance = serializers.CharField(
        help_text="“draft”: by the text of the Act alone it would not be ruled out."
    )


class VerdictOut(serializers.Serializer[Any]):
    """A set of findings with their reasons. An unknown fact is never read as “no”."""

    on = serializers.DateField()
    edition = serializers.CharField()
    hypothetical = serializers.BooleanField()
    rules = serializers.CharField(help_text="Digest of the data that was used.")
    headline = serializers.CharField()
    findings = FindingOut(many=True)
    ruled_out = RuledOut(many=True)
    open_facts = MissingOut(many=True)
    status_unknown_after = serializers.DateField(
        allow_null=True, help_text="Where the sources stop; what came later is unknown."
    )


class ChoiceOut(serializers.Serializer[Any]):
    """A possible answer of a choice or multi question."""

    id = serializers.CharField()
    text = serializers.CharField()


class QuestionOut(serializers.Serializer[Any]):
    """One plain fact that the law makes matter."""

    id = serializers.CharField()
    kind = serializers.ChoiceField(choices=["yes_no", "choice", "multi", "date"])
    text = serializers.CharField()
    help = serializers.CharField()
    example_inside = serializers.CharField()
    example_outside = serializers.CharField()
    citation = serializers.CharField()
    who_knows = serializers.CharField()
    choices = ChoiceOut(many=True)
    assume = serializers.CharField(allow_null=True)
    gate = serializers.BooleanField(help_text="What hangs on it waits for its answer.")
    asked = serializers.BooleanField(help_text="False: may be given, is never asked.")
    stage = serializers.CharField(
        help_text="“screening”, or “full” for what only refines a first verdict."
    )
    asked_with = serializers.CharField(
        help_text="The choices of another question that settle this fact; else empty."
    )


class QuestionsOut(serializers.Serializer[Any]):
    """The questions that are due, or all of them."""

    on = serializers.DateField()
    edition = serializers.CharField()
    hypothetical = serializers.BooleanField()
    done = serializers.BooleanField(help_text="Nothing is left to ask.")
    questions = QuestionOut(many=True)


class EvidenceOut(serializers.Serializer[Any]):
    """A document that backed an answer, by its content."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    sha256 = serializers.CharField()


class GivenOut(serializers.Serializer[Any]):
    """Where an answer comes from: who gave it, when, how they know, what backs it."""

    author = serializers.CharField(help_text="The id of the person.")
    name = serializers.CharField(help_text="Their name today; empty when erased.")
    at = serializers.DateTimeField()
    source = serializers.CharField()  # type: ignore[assignment]
    evidence = EvidenceOut(many=True)


class ToldIn(ExactInput):
    """How the caller knows an answer."""

    source = serializers.CharField(  # type: ignore[assignment]
        required=False, allow_blank=True, max_length=300, validators=[one_line]
    )
    evidence = serializers.ListField(
        child=serializers.UUIDField(),
        required=False,
        help_text="Ids of documents of the system.",
    )


class ClassificationIn(ExactInput):
    """Answers with where they come from, to be proposed."""

    answers = serializers.DictField(
        child=serializers.JSONField(),
        help_text="As for law/classify.",
    )
    provenance = serializers.DictField(
        child=ToldIn(),
        required=False,
        help_text="How you know, by the id of the question. Optional.",
    )


class ClassificationOut(serializers.Serializer[Any]):
    """A verdict as it was proposed, and what a second person decided."""

    id = serializers.UUIDField()
    made_at = serializers.DateTimeField()
    on = serializers.DateField()
    edition = serializers.CharField()
    state = serializers.ChoiceField(choices=Classification.State.choices)
    digest = serializers.CharField(
        help_text="SHA-256 of answers, their provenance and verdict."
    )
    author = serializers.CharField(source="author.name")
    decided_by = serializers.CharField(source="decided_by.name", default=None)
    decided_at = serializers.DateTimeField(allow_null=True)
    note = serializers.CharField()
    answers = serializers.DictField(child=serializers.JSONField())
    provenance = serializers.SerializerMethodField()
    verdict = VerdictOut()

    @extend_schema_field(serializers.DictField(child=GivenOut()))
    def get_provenance(self, row: Classification) -> dict[str, Any]:
        people: dict[str, str] = self.context["people"]
        return {
            fact: {**record, "name": people.get(record["author"], "")}
            for fact, record in row.provenance.items()
        }
