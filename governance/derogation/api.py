"""Exemption records over the API (Art. 6(4))."""

from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view

from governance.derogation.contents import KIND
from governance.law.derogation import derogation
from governance.papers import api
from governance.papers.serializers import (
    PAPER_EXAMPLE,
    BeginIn,
    OwedIn,
    PaperLine,
    PaperOut,
    PaperStandingOut,
    PartIn,
)

BEGIN = OpenApiExample(
    "For one operator",
    value={"operator": "3b9f4f8e-3c5c-4c5e-9e57-0a7c0f2f6f10"},
    request_only=True,
)
PART = OpenApiExample(
    "The statement of Art. 6(4)",
    value={
        "choice": "none",
        "text": "A wrong label is noticed by the next clerk and mended.",
        "revision": 0,
    },
    request_only=True,
)
OWED = OpenApiExample(
    "A provider that sorts applications by kind",
    value={
        "answers": {"domains": ["work"], "profiling": "no", "narrow_task": "yes"},
        "roles": ["provider"],
        "on": "2027-12-02",
    },
    request_only=True,
)

ANSWER = OpenApiExample(
    "What the law says",
    value={
        "claim": "claimed",
        "state": "binds_now",
        "answer": "An exemption of Art. 6(3) is claimed: write the assessment down.",
    },
    response_only=True,
)


@extend_schema_view(
    get=extend_schema(operation_id="derogations_list"),
    post=extend_schema(
        operation_id="derogations_begin",
        request=BeginIn,
        responses={201: PaperOut},
        examples=[BEGIN, PAPER_EXAMPLE],
    ),
)
class Records(api.Papers):
    """The exemption records of a system."""

    kind = KIND
    serializer_class = PaperLine


@extend_schema_view(
    get=extend_schema(
        operation_id="derogations_standing",
        responses={200: PaperStandingOut(many=True)},
    )
)
class Standing(api.Standings):
    """Whether an exemption is claimed, and how each provider stands with its record."""

    kind = KIND


@extend_schema_view(get=extend_schema(operation_id="derogations_read"))
class OneRecord(api.OnePaper):
    """One version of an exemption record, as an authority may ask for it."""

    kind = KIND


@extend_schema_view(
    put=extend_schema(
        operation_id="derogations_write",
        request=PartIn,
        responses={200: PaperOut},
        examples=[PART, PAPER_EXAMPLE],
    )
)
class OneElement(api.OnePart):
    """One element of the record."""

    kind = KIND


@extend_schema_view(
    post=extend_schema(
        operation_id="law_derogation",
        request=OwedIn,
        responses={200: dict},
        examples=[OWED, ANSWER],
    )
)
class OwedByLaw(api.Owed):
    """Whether an exemption of Art. 6(3) is claimed, and what the record rests on."""

    ask = derogation
