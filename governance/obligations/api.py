"""Duties over the API. Keys read; only a person acts."""

from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from governance.classification.contents.costs import cost_words
from governance.classification.serializers import LawIn
from governance.law.classify import choose_edition
from governance.obligations.access import (
    VIEW,
    obligation_of,
    period_of,
    systems_with_duties,
)
from governance.obligations.build import keep_current
from governance.obligations.contents.lines import Line, duties_on
from governance.obligations.contents.words import crosswalk_lines
from governance.obligations.models import Period
from governance.obligations.selectors import (
    current_periods,
    linkable,
    owners_in,
)
from governance.obligations.serializers import (
    ActIn,
    AskIn,
    DutiesOfSystemOut,
    DutyPeriodOut,
    NarrowIn,
    RowOut,
)
from governance.obligations.services import ACTS, AtHand
from registry.documents.selectors import pickable
from registry.operators.api import InOrder, refusals
from registry.people.access import acting, demand
from registry.people.api import RegistryScope
from registry.people.models import User
from registry.systems.access import get_allowed_system

PERIOD = {
    "id": "6f1f4f8e-3c5c-4c5e-9e57-0a7c0f2f6f10",
    "number": 1,
    "event": "",
    "state": "open",
    "due_on": "2027-12-02",
    "due_at": None,
    "due_later_on": None,
    "due_basis": "law",
    "due_reason": "",
    "note": "",
    "not_applicable_reason": "",
    "submitted_by": None,
    "submitted_at": None,
    "decided_by": None,
    "decided_at": None,
    "decision_note": "",
}
ROW = {
    "id": "0b9f4f8e-3c5c-4c5e-9e57-0a7c0f2f6f10",
    "revision": 0,
    "duty": "art-26-2",
    "operator": "Musterbank AG",
    "owner": "Alice Example",
    "applies_from": "2027-12-02",
}
DUTY = ROW | {
    "citation": "Art. 26(2)",
    "title": "Human oversight by competent people",
    "says": "Assign human oversight to people with the competence for it.",
    "borne_as": ["deployer"],
    "law": "applies_from",
    "applies_from_later": "2027-12-02",
    "settled": True,
    "when": "Applies from 2 Dec 2027.",
    "why": [
        {
            "text": "High-risk from 2 Dec 2027 · Annex III 5(b)",
            "answer": "yes",
            "citation": "Annex III, point 5(b)",
        }
    ],
    "missing": [],
    "dispute": "",
    "evidence_that_counts": ["appointments", "training records"],
    "penalty": "Up to EUR 15,000,000 or 3 % of the worldwide annual turnover, "
    "whichever is higher (Art. 99(4)(e)).",
    "crosswalk": [],
    "period": PERIOD,
    "events": [],
}
LISTED = OpenApiExample(
    "One duty of a deployer",
    value={
        "on": "2026-11-28",
        "edition": "omnibus_2026",
        "hypothetical": False,
        "duties": [DUTY],
    },
    response_only=True,
)
ACT = OpenApiExample(
    "Evidence is submitted",
    value={
        "obligation": ROW["id"],
        "act": "submit",
        "revision": 0,
        "text": "Everybody who oversees it was trained on 20 Nov 2026.",
    },
    request_only=True,
)
DONE = OpenApiExample(
    "Waits for a second person",
    value=PERIOD | {"state": "submitted", "submitted_by": "Alice Example"},
    response_only=True,
)
EVERYWHERE = OpenApiExample(
    "One current period",
    value=ROW
    | {
        "system": "14cf679f-d4b2-4a1e-9153-3efd0e4b23d3",
        "established": True,
        "period": PERIOD,
    },
    response_only=True,
)


class OfSystem(GenericAPIView[Any]):
    """The duties of one system."""

    permission_classes = [RegistryScope]
    serializer_class = DutiesOfSystemOut

    @extend_schema(
        operation_id="obligations_of_system",
        parameters=[AskIn],
        examples=[LISTED],
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """List what the law of a day asks, and where the work on it stands."""
        system = get_allowed_system(request.user, pk, VIEW)
        asked = AskIn(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        told = asked.validated_data
        today = timezone.localdate()
        on, edition = told.get("on", today), told.get("edition", "")
        if edition:
            LawIn(data={"edition": edition}).is_valid(raise_exception=True)
        keep_current([system], today, timezone.now())
        lines = duties_on(system, on, edition).lines
        wanted = told.get("state")
        chosen, hypothetical = choose_edition(on, edition or None)
        body = {
            "on": on,
            "edition": chosen,
            "hypothetical": hypothetical,
            "duties": [_told(x) for x in lines if wanted in (None, x.state)],
        }
        return Response(DutiesOfSystemOut(body).data)

    @extend_schema(
        operation_id="obligations_act",
        request=ActIn,
        responses={200: DutyPeriodOut},
        examples=[ACT, DONE],
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """Act on a duty, as a person, of the revision that you have read.

        Nobody accepts what they submitted themselves.
        """
        system = get_allowed_system(request.user, pk, VIEW)
        person = request.user
        if not isinstance(person, User):
            raise PermissionDenied(_("Only a person acts on a duty. Sign in."))
        now = timezone.now()
        given = ActIn(
            data=request.data,
            context={
                "documents": pickable(system),
                "things": {link.value: link for link in linkable(system)},
                "people": owners_in(system.organisation, now),
            },
        )
        given.is_valid(raise_exception=True)
        told = given.validated_data
        named = ACTS[told["act"]]
        demand(person, named.permission, system.organisation)
        row = obligation_of(system, told["obligation"])
        period = period_of(row, told.get("period"))
        by = acting(person, system.organisation)
        with refusals():
            named.run(AtHand(row, period, person, by, now), told)
        period.refresh_from_db()
        return Response(DutyPeriodOut(period).data)


class Everywhere(InOrder[Period]):
    """The current periods of the duties of all systems that the caller sees."""

    ordering = ("id",)
    serializer_class = RowOut

    @extend_schema(
        operation_id="obligations_list",
        parameters=[
            OpenApiParameter("state", str, enum=list(Period.State.values)),
            OpenApiParameter(
                "due_before", date, description="Only what is due before this day."
            ),
        ],
        examples=[EVERYWHERE],
    )
    def get(self, request: Request) -> Response:
        """List what is to be done, what waits and what is accepted, by id."""
        systems = systems_with_duties(request.user).order_by().values("pk")
        rows = current_periods(systems)
        asked = NarrowIn(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        if state := asked.validated_data.get("state"):
            rows = rows.filter(state=state)
        if day := asked.validated_data.get("due_before"):
            rows = rows.filter(due_on__lt=day)
        page = self.paginate_queryset(self.filter_queryset(rows))
        return self.get_paginated_response(RowOut(page, many=True).data)


def _told(line: Line) -> dict[str, Any]:
    duty, row = line.duty, line.row
    return {
        "id": row.pk if row else None,
        "revision": row.revision if row else None,
        "duty": duty.id,
        "citation": duty.citation,
        "title": duty.title,
        "says": duty.says,
        "operator": line.operator.name,
        "borne_as": duty.borne_as,
        "law": duty.state.value,
        "applies_from": duty.applies_from,
        "applies_from_later": duty.applies_from_later,
        "settled": duty.settled,
        "when": duty.when,
        "why": duty.why,
        "missing": duty.missing,
        "dispute": duty.dispute,
        "evidence_that_counts": duty.evidence,
        "penalty": cost_words(duty.penalty),
        "crosswalk": crosswalk_lines(duty.crosswalk),
        "owner": str(row.owner) if row and row.owner else None,
        "period": line.period,
        "events": line.events,
    }
