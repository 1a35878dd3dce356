"""The law room over the API: what `python -m governance.law` says, word for word.

Nothing is stored, nothing of an organisation is read; any person or key may ask.
"""

from dataclasses import asdict
from datetime import date
from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from governance.classification.api import ANSWERS, LAW_EXAMPLE, AnswersRefused
from governance.classification.serializers import LawIn, QuestionOut
from governance.law import changelog, definitions, timeline
from governance.law.date_commands import every_limit
from governance.law.deadlines import DeadlineInvalid, deadline, moment
from governance.law.duties import duties
from governance.law.exposure import costs
from governance.law.facts import AnswersInvalid
from governance.law.load import law
from governance.law.whatif import whatif
from governance.lawbook.serializers.asked import (
    DeadlineIn,
    DutiesIn,
    SinceIn,
    known_edition,
)
from governance.lawbook.serializers.changes import ChangesOut, DefinitionsOut
from governance.lawbook.serializers.dates import DeadlineOut, LimitsOut, TimelineOut
from governance.lawbook.serializers.duties import DutiesOut, WhatIfsOut
from registry.people.api import NotTooOften, SignedIn

ON = date(2026, 11, 23)
_FOUND = duties(ANSWERS, ["deployer"], ON, flags={"employer": "no"})
DUTIES = _FOUND.as_json() | {"exposure": costs(_FOUND)}
DUTIES |= {"duties": DUTIES["duties"][:1]}
WHATIF = whatif(ANSWERS, ON).as_json()
WHATIF |= {"changes": WHATIF["changes"][:1], "unmoved": WHATIF["unmoved"][:1]}
INCIDENT = {
    "id": "art-73-2-general",
    "from": {"provider": "2026-12-09", "deployer": "2026-12-04"},
    "country": "DE",
}
COUNTED = deadline(
    "art-73-2-general",
    {who: moment(when) for who, when in INCIDENT["from"].items()},  # type: ignore[attr-defined]
    "DE",
).as_json()
LIMITS = every_limit()
LIMITS |= {
    "kinds": {"maximum": LIMITS["kinds"]["maximum"]},
    "member_states": {"DE": LIMITS["member_states"]["DE"]},
    "limits": LIMITS["limits"][:1],
}
TIMELINE = timeline.as_json()
TIMELINE |= {"entries": TIMELINE["entries"][:1], "pending": TIMELINE["pending"][:1]}
CHANGES = changelog.as_json()
CHANGES |= {
    "changes": CHANGES["changes"][-1:],
    "pending": CHANGES["pending"][:1],
    "sources": {"provisions/scope": CHANGES["sources"]["provisions/scope"]},
}
WORDS = definitions.as_json()
WORDS |= {"definitions": WORDS["definitions"][:1]}
QUESTION = asdict(law().questions["profiling"])
EDITION = OpenApiParameter("edition", str, description="An edition of the Act.")


def _shown(value: Any, name: str = "Cut to the first of each list") -> OpenApiExample:
    return OpenApiExample(name, value=value, response_only=True)


def _asked(name: str, value: Any) -> OpenApiExample:
    return OpenApiExample(name, value=value, request_only=True)


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
            _asked(
                "A bank that uses credit scoring",
                {
                    "answers": ANSWERS,
                    "roles": ["deployer"],
                    "flags": {"employer": "no"},
                    "on": "2026-11-23",
                },
            ),
            _shown(DUTIES),
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
        examples=[LAW_EXAMPLE, _shown(WHATIF)],
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
        examples=[_shown(LIMITS)],
    )
    def get(self, request: Request) -> Response:
        """List every time limit, what the kinds mean, and the Member States."""
        return Response(every_limit())

    @extend_schema(
        operation_id="law_deadline",
        request=DeadlineIn,
        responses={200: DeadlineOut},
        examples=[
            _asked("A serious incident, both became aware", INCIDENT),
            _shown(COUNTED, "Counted from the earlier awareness"),
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
        examples=[_shown(TIMELINE)],
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
        examples=[_shown(CHANGES)],
    )
    def get(self, request: Request) -> Response:
        """What changed, when, why, by which source, and where the sources stop."""
        asked = SinceIn(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        facts = asked.validated_data
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
        examples=[_shown(WORDS)],
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
        examples=[_shown(QUESTION, "Profiling")],
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
