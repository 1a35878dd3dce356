"""Classifications over the API, and the law room for any signed-in caller."""

from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.exceptions import APIException
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from governance.classification.access import VIEW
from governance.classification.models import Classification
from governance.classification.selectors import of_system, one_of
from governance.classification.serializers import (
    ClassificationOut,
    LawIn,
    QuestionOut,
    QuestionsOut,
    VerdictOut,
)
from governance.law.classify import choose_edition, classify
from governance.law.facts import AnswersInvalid
from governance.law.questions import every_question, questions
from registry.operators.api import InOrder
from registry.people.api import RegistryScope, SignedIn
from registry.systems.access import get_allowed_system

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
        return self.get_paginated_response(ClassificationOut(page, many=True).data)


class OneClassification(GenericAPIView[Classification]):
    """One classification."""

    permission_classes = [RegistryScope]
    serializer_class = ClassificationOut

    @extend_schema(operation_id="classifications_read", examples=[STORED_EXAMPLE])
    def get(self, request: Request, pk: UUID, classification_id: UUID) -> Response:
        """Read a classification with its answers, reasons and decision."""
        system = get_allowed_system(request.user, pk, VIEW)
        return Response(ClassificationOut(one_of(system, classification_id)).data)


class Classify(GenericAPIView[Any]):
    """What the Act makes of answers; nothing is stored."""

    permission_classes = [SignedIn]
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
