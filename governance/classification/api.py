"""Classifications over the API, and the law room for any signed-in caller."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.exceptions import APIException, PermissionDenied, ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from governance.classification.access import ADD, VIEW
from governance.classification.contents.provenance import Told, record_of
from governance.classification.models import Classification
from governance.classification.selectors import names_of, of_system, one_of
from governance.classification.serializers import (
    ClassificationIn,
    ClassificationOut,
    LawIn,
    QuestionOut,
    QuestionsOut,
    VerdictOut,
)
from governance.classification.services import classify_system
from governance.law.classify import choose_edition, classify
from governance.law.facts import AnswersInvalid
from governance.law.questions import every_question, questions
from registry.operators.api import InOrder, refusals
from registry.people.access import acting
from registry.people.api import NotTooOften, RegistryScope, SignedIn
from registry.people.models import User
from registry.systems.access import get_allowed_system
from registry.systems.models import AISystem

ANSWERS = {
    "infers": "yes",
    "exclusions": ["none"],
    "domains": ["finance"],
    "finance_purposes": ["credit"],
    "credit_natural_persons": "yes",
    "fraud_detection_only": "no",
    "profiling": "not_established",
}
LAW_EXAMPLE = OpenApiExample(
    "Credit scoring, profiling not established",
    value={"answers": ANSWERS, "on": "2026-11-23"},
    request_only=True,
)
DOCUMENT = "9d0e9a3c-9a55-4f5e-8a44-5f2d3f0f7a61"
SOURCE = "The data sheet of the service, section 2"
TOLD_OUT = {
    "author": "4b0e5f02-0d3f-4a0a-8a39-3d6f4e1b9c55",
    "name": "Alice Example",
    "at": "2026-11-20T09:10:02+00:00",
    "source": SOURCE,
    "evidence": [
        {"id": DOCUMENT, "title": "Data sheet", "sha256": "91be07d13f9a2c04" * 4}
    ],
}
PROPOSED_EXAMPLE = OpenApiExample(
    "With how one answer is known",
    value={
        "answers": ANSWERS,
        "provenance": {"profiling": {"source": SOURCE, "evidence": [DOCUMENT]}},
    },
    request_only=True,
)
VERDICT = classify(ANSWERS, date(2026, 11, 23)).as_json()
VERDICT |= {
    "findings": VERDICT["findings"][:1],
    "ruled_out": VERDICT["ruled_out"][:1],
    "open_facts": VERDICT["open_facts"][:1],
}
VERDICT_EXAMPLE = OpenApiExample(
    "Cut to the first of each list", value=VERDICT, response_only=True
)
STORED_EXAMPLE = OpenApiExample(
    "Approved",
    value={
        "id": "0b9f4f8e-3c5c-4c5e-9e57-0a7c0f2f6f10",
        "made_at": "2026-11-20T09:12:44.120000Z",
        "on": "2026-11-20",
        "edition": "omnibus_2026",
        "state": "approved",
        "digest": "3f9a2c04d1" + "0" * 54,
        "author": "Alice Example",
        "decided_by": "Bob Example",
        "decided_at": "2026-11-21T10:00:00Z",
        "note": "",
        "answers": ANSWERS,
        "provenance": {"profiling": TOLD_OUT},
        "verdict": VERDICT,
    },
    response_only=True,
)
QUESTIONS_EXAMPLE = OpenApiExample(
    "The first question",
    value={
        "on": "2026-11-23",
        "edition": "omnibus_2026",
        "hypothetical": False,
        "done": False,
        "questions": QuestionOut(questions({}, date(2026, 11, 23))[:1], many=True).data,
    },
    response_only=True,
)
BY_LAW = [
    OpenApiParameter("on", date, description="The day to ask by; today by default."),
    OpenApiParameter("edition", str, description="An edition of the Act."),
]


class AnswersRefused(APIException):
    """422: some answers cannot be read; each with its field, reason and fix."""

    status_code = 422
    default_detail = "Some answers cannot be read"
    default_code = "answers"

    def __init__(self, fault: AnswersInvalid) -> None:
        super().__init__("Nothing was judged. Mend the answers that are named.")
        self.problem = {"errors": [asdict(problem) for problem in fault.problems]}


class Classifications(InOrder[Classification]):
    """The classifications of a system."""

    ordering = ("-made_at", "-id")
    serializer_class = ClassificationOut

    @extend_schema(operation_id="classifications_list", examples=[STORED_EXAMPLE])
    def get(self, request: Request, pk: UUID) -> Response:
        """List the classifications of a system, newest first."""
        system = get_allowed_system(request.user, pk, VIEW)
        page = self.paginate_queryset(self.filter_queryset(of_system(system)))
        return self.get_paginated_response(_out(page or []))

    @extend_schema(
        operation_id="classifications_propose",
        request=ClassificationIn,
        responses={201: ClassificationOut},
        examples=[PROPOSED_EXAMPLE, STORED_EXAMPLE],
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """Propose a classification by today's law; a second person approves it.

        It is a person's statement: a key cannot make it.
        """
        system = get_allowed_system(request.user, pk, ADD)
        if not isinstance(request.user, User):
            raise PermissionDenied(_("A person classifies a system, not a key."))
        given = ClassificationIn(data=request.data)
        given.is_valid(raise_exception=True)
        facts, now = given.validated_data, timezone.now()
        told = documented(system, facts.get("provenance", {}))
        author = request.user
        try:
            with refusals():
                made = classify_system(
                    system=system,
                    answers=facts["answers"],
                    provenance={
                        fact: record_of(author, now, told.get(fact, Told()).as_json())
                        for fact in facts["answers"]
                    },
                    author=author,
                    on=timezone.localdate(),
                    by=acting(author, system.organisation),
                    at=now,
                )
        except AnswersInvalid as fault:
            raise AnswersRefused(fault) from fault
        return Response(_out([made])[0], status=status.HTTP_201_CREATED)


class OneClassification(GenericAPIView[Classification]):
    """One classification."""

    permission_classes = [RegistryScope]
    serializer_class = ClassificationOut

    @extend_schema(operation_id="classifications_read", examples=[STORED_EXAMPLE])
    def get(self, request: Request, pk: UUID, classification_id: UUID) -> Response:
        """Read a classification with its answers, reasons and decision."""
        system = get_allowed_system(request.user, pk, VIEW)
        return Response(_out([one_of(system, classification_id)])[0])


class Classify(GenericAPIView[Any]):
    """What the Act makes of answers; nothing is stored."""

    permission_classes = [SignedIn]
    throttle_classes = [NotTooOften]
    serializer_class = LawIn

    @extend_schema(
        operation_id="law_classify",
        request=LawIn,
        responses={200: VerdictOut},
        examples=[LAW_EXAMPLE, VERDICT_EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        """Judge answers by the law of a day. An unknown fact is never read as “no”."""
        answers, on, edition = _asked(request.data)
        try:
            verdict = classify(answers, on, edition)
        except AnswersInvalid as fault:
            raise AnswersRefused(fault) from fault
        return Response(verdict.as_json())


class Questions(GenericAPIView[Any]):
    """The questions of the law room."""

    permission_classes = [SignedIn]
    throttle_classes = [NotTooOften]
    serializer_class = LawIn

    @extend_schema(
        operation_id="law_questions",
        parameters=BY_LAW,
        responses={200: QuestionsOut},
        examples=[QUESTIONS_EXAMPLE],
    )
    def get(self, request: Request) -> Response:
        """Every question of all editions, in the order of asking."""
        _answers, on, edition = _asked(request.query_params.dict())
        return _questions(on, edition, every_question(), done=False)

    @extend_schema(
        operation_id="law_questions_due",
        request=LawIn,
        responses={200: QuestionsOut},
        examples=[LAW_EXAMPLE, QUESTIONS_EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        """The questions that these answers make necessary; none when done."""
        answers, on, edition = _asked(request.data)
        try:
            due = questions(answers, on, edition)
        except AnswersInvalid as fault:
            raise AnswersRefused(fault) from fault
        return _questions(on, edition, due, done=not due)


def _out(rows: Sequence[Classification]) -> list[Any]:
    """The rows, with the names of today of all who answered, read once."""
    people = names_of(
        record["author"] for row in rows for record in row.provenance.values()
    )
    return list(ClassificationOut(rows, many=True, context={"people": people}).data)


def documented(system: AISystem, provenance: Mapping[str, Any]) -> dict[str, Told]:
    """How the caller knows; 400 for a document that is none of this system."""
    wanted = {pk for told in provenance.values() for pk in told.get("evidence", ())}
    found = {each.pk: each for each in system.documents.filter(pk__in=wanted)}
    if missing := sorted(str(pk) for pk in wanted - set(found)):
        raise ValidationError(
            {"provenance": _("No documents of this system: %s") % ", ".join(missing)}
        )
    return {
        fact: Told(
            told.get("source", ""),
            tuple(found[pk] for pk in told.get("evidence", ())),
        )
        for fact, told in provenance.items()
    }


def _asked(data: Any) -> tuple[dict[str, Any], date, str | None]:
    given = LawIn(data=data)
    given.is_valid(raise_exception=True)
    facts = given.validated_data
    on = facts.get("on") or timezone.localdate()
    return facts.get("answers", {}), on, facts.get("edition")


def _questions(
    on: date, edition: str | None, found: list[Any], *, done: bool
) -> Response:
    chosen, hypothetical = choose_edition(on, edition)
    body = {
        "on": on,
        "edition": chosen,
        "hypothetical": hypothetical,
        "done": done,
        "questions": found,
    }
    return Response(QuestionsOut(body).data)
