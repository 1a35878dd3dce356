"""The law room over the API: what `python -m governance.law` says, word for word.

Nothing is stored, nothing of an organisation is read; any person or key may ask.
"""

from dataclasses import asdict
from datetime import date
from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from governance.classification.api import ANSWERS, LAW_EXAMPLE, AnswersRefused
from governance.classification.serializers import LawIn, QuestionOut
from governance.law import changelog, definitions, timeline
from governance.law.date_commands import every_limit
from governance.law.deadlines import DeadlineInvalid, deadline
from governance.law.duties import duties
from governance.law.exposure import costs
from governance.law.facts import AnswersInvalid
from governance.law.load import law
from governance.law.whatif import whatif
from governance.lawbook.serializers import examples
from governance.lawbook.serializers.asked import (
    DeadlineIn,
    DutiesIn,
    SinceIn,
    known_edition,
)
from governance.lawbook.serializers.changes import ChangesOut, DefinitionsOut
from governance.lawbook.serializers.dates import DeadlineOut, LimitsOut, TimelineOut
from governance.lawbook.serializers.duties import DutiesOut, WhatIfsOut
from governance.lawbook.serializers.examples import Answered, asked
from registry.people.api import NotTooOften, SignedIn

EDITION = OpenApiParameter("edition", str, description="An edition of the Act.")


class LawView(GenericAPIView[Any]):
    """A question to the law room."""

    permission_classes = [SignedIn]
    throttle_classes = [NotTooOften]

    def read(self, data: Any) -> dict[str, Any]:
        """The input, checked. Raises ValidationError naming each field."""
        given = self.get_serializer(data=data)
        given.is_valid(raise_exception=True)
        facts: dict[str, Any] = given.validated_data
        return facts


class DutiesOf(LawView):
    """Who must do what, and from when."""

    serializer_class = DutiesIn

    @extend_schema(
        operation_id="law_duties",
        request=DutiesIn,
        responses={200: DutiesOut},
        examples=[
            asked(
                "A bank that uses credit scoring",
                {
                    "answers": ANSWERS,
                    "roles": ["deployer"],
                    "flags": {"employer": "no"},
                    "on": "2026-11-23",
                },
            ),
            Answered(examples.first_duty),
        ],
    )
    def post(self, request: Request) -> Response:
        """Every duty, right and relief that names one of the roles, and if it binds."""
        facts = self.read(request.data)
        try:
            found = duties(
                facts.get("answers", {}),
                facts["roles"],
                facts.get("on") or timezone.localdate(),
                facts.get("edition"),
                flags=facts.get("flags"),
            )
        except AnswersInvalid as fault:
            raise AnswersRefused(fault) from fault
        return Response(found.as_json() | {"exposure": costs(found)})


class WhatIfs(LawView):
    """Which single answer would change the verdict."""

    serializer_class = LawIn

    @extend_schema(
        operation_id="law_whatif",
        request=LawIn,
        responses={200: WhatIfsOut},
        examples=[LAW_EXAMPLE, Answered(examples.first_change)],
    )
    def post(self, request: Request) -> Response:
        """Each single answer that would change the verdict, the weightiest first."""
        facts = self.read(request.data)
        on = facts.get("on") or timezone.localdate()
        try:
            found = whatif(facts.get("answers", {}), on, facts.get("edition"))
        except AnswersInvalid as fault:
            raise AnswersRefused(fault) from fault
        return Response(found.as_json())


class Deadlines(LawView):
    """The time limits of the Act."""

    serializer_class = DeadlineIn

    @extend_schema(
        operation_id="law_deadlines",
        responses={200: LimitsOut},
        examples=[Answered(examples.first_limit)],
    )
    def get(self, request: Request) -> Response:
        """List every time limit, what the kinds mean, and the Member States."""
        return Response(every_limit())

    @extend_schema(
        operation_id="law_deadline",
        request=DeadlineIn,
        responses={200: DeadlineOut},
        examples=[
            asked(
                "A serious incident, both became aware",
                {"id": "art-73-2-general", "from": examples.SINCE, "country": "DE"},
            ),
            Answered(examples.counted, "Counted from the earlier awareness"),
        ],
    )
    def post(self, request: Request) -> Response:
        """Count one time limit. `due` is the safe date; it says how it was counted."""
        facts = self.read(request.data)
        try:
            found = deadline(
                facts["id"],
                facts["since"],
                facts.get("country") or None,
                edition=facts.get("edition"),
                holidays=facts.get("holidays", ()),
            )
        except DeadlineInvalid as fault:
            raise ValidationError({"from": [str(fault)]}) from fault
        return Response(found.as_json())


class Timeline(LawView):
    """The dated changes of the Act."""

    serializer_class = TimelineOut

    @extend_schema(
        operation_id="law_timeline",
        parameters=[EDITION],
        responses={200: TimelineOut},
        examples=[Answered(examples.first_date)],
    )
    def get(self, request: Request) -> Response:
        """Every dated change, edition by edition, with both readings of a date."""
        return Response(timeline.as_json(edition_of(request)))


class Changes(LawView):
    """What changed in the law and in the data about it."""

    serializer_class = ChangesOut

    @extend_schema(
        operation_id="law_changes",
        parameters=[
            OpenApiParameter("since", date, description="Leave out what is older."),
            OpenApiParameter("id", str, description="Only changes that touch this id."),
        ],
        responses={200: ChangesOut},
        examples=[Answered(examples.oldest_change)],
    )
    def get(self, request: Request) -> Response:
        """What changed, when, why, by which source, and where the sources stop."""
        since = SinceIn(data=request.query_params.dict())
        since.is_valid(raise_exception=True)
        facts = since.validated_data
        return Response(changelog.as_json(facts.get("since"), facts.get("id") or None))


class Definitions(LawView):
    """What the words of the Act mean."""

    serializer_class = DefinitionsOut

    @extend_schema(
        operation_id="law_definitions",
        parameters=[
            EDITION,
            OpenApiParameter("of", str, description="Those that a question turns on."),
        ],
        responses={200: DefinitionsOut},
        examples=[Answered(examples.first_word)],
    )
    def get(self, request: Request) -> Response:
        """The words on which findings turn, with their own exclusions."""
        of = request.query_params.get("of") or None
        try:
            return Response(definitions.as_json(edition_of(request), of))
        except ValueError as fault:
            known = "See /api/v1/law/questions."
            raise ValidationError({"of": [f"{fault}. {known}"]}) from fault


class OneQuestion(LawView):
    """One question of the law room."""

    serializer_class = QuestionOut

    @extend_schema(
        operation_id="law_question",
        responses={200: QuestionOut},
        examples=[Answered(examples.profiling, "Profiling")],
    )
    def get(self, request: Request, fact: str) -> Response:
        """Read one question: plain words, examples on both sides, who knows."""
        question = law().questions.get(fact)
        if question is None:
            raise Http404(
                f"No question has the id “{fact}”. See /api/v1/law/questions."
            )
        return Response(asdict(question))


def edition_of(request: Request) -> str | None:
    """The edition that was asked for. Raises ValidationError for an unknown one."""
    wanted = request.query_params.get("edition", "")
    try:
        return known_edition(wanted) or None
    except ValidationError as fault:
        raise ValidationError({"edition": fault.detail}) from fault
