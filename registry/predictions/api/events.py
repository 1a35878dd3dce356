"""Reading events by API: one event, its proof, its bundle, and a system's list."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.exceptions import APIException
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from registry.people.access import acting
from registry.people.api import SignedIn
from registry.people.models import User
from registry.predictions.access import VIEW, Found, demand_scope, find_event
from registry.predictions.contents.event import (
    Proof,
    bundle_of,
    contents_of,
    proof_of,
    receipt_of,
)
from registry.predictions.render import download
from registry.predictions.selectors.entries import entries
from registry.predictions.selectors.reviews import reviews_of
from registry.predictions.serializers import (
    EventListShape,
    EventShape,
    ListQuery,
    event_data,
    page_data,
)
from registry.predictions.services.taking_out import record_download
from registry.systems.access import get_allowed_system

ID = "018f6b3a-5c7e-7d10-9b1e-2f4a6c8e0d12"
ORIGIN = "log.example.eu/acme-bank/credit-scoring-3f9a2c"
CHOOSE_LOG = OpenApiParameter(
    "log", str, description="Origin of the log, when the id is in several."
)
COSE = "application/cose"
CHOOSE_FORMAT = OpenApiParameter(
    "format", str, enum=["cose"], description="As the Accept header application/cose."
)
LINE_EXAMPLE = {
    "id": ID,
    "index": 1204331,
    "type": "prediction",
    "received_at": "2026-11-23T08:00:00.412093Z",
    "occurred_at": "2026-11-23T08:00:00Z",
    "model_version": "credit-2026-10",
    "flags": [],
}
EVENT_EXAMPLE = OpenApiExample(
    "A prediction",
    response_only=True,
    value={
        **LINE_EXAMPLE,
        "log": ORIGIN,
        "leaf_hash": "3f9a2c04" * 8,
        "entry": {"eid": ID, "kind": "event", "mv": "credit-2026-10", "v": 1},
        "entry_base64": "eyJlaWQiOiIwMThm…",
        "parts": [
            {
                "role": "output",
                "salt": "pSUt3TQzDaZbLuTEmCOTHzK6tOQbK1A2RWxLN4ltkVs=",
                "data": "eyJjb25maWRlbmNlIjowLjgxLCJvdXRwdXQiOiJhcHByb3ZlIn0=",
                "by_field": False,
                "value": {"confidence": 0.81, "output": "approve"},
            }
        ],
        "erased": [],
        "erased_by": None,
        "reviews": [],
        "proof": f"/api/v1/events/{ID}/proof?log={ORIGIN}",
        "bundle": f"/api/v1/events/{ID}/bundle?log={ORIGIN}",
    },
)
PROOF_EXAMPLE = OpenApiExample(
    "A proof file",
    response_only=True,
    media_type="text/plain",
    value="c2sp.org/tlog-proof@v1\nindex 0\n"
    "y8FdD3yrTy8CV+vQCfB8q5VxqyAEyPbLB9mUo6QZtkU=\n\n"
    f"{ORIGIN}\n2\nDsS8QGEnuDHgGRBHpdgU1T/cWsUT9PYaFC5f3r9kKIc=\n\n"
    f"— {ORIGIN} Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONn…\n",
)


class NoPath(APIException):
    """409: a receipt has one hash or more, and the trees asked about give none."""

    status_code = 409
    default_detail = _(
        "A COSE receipt needs a path, and there is none here: the log has one entry, "
        "or has not grown since the size that you named. Ask without it."
    )
    default_code = "no_path"


def wants_cose(request: Request | HttpRequest) -> bool:
    """Whether the caller names the media type of COSE receipts, or asks by address."""
    accepted = request.META.get("HTTP_ACCEPT", "")
    return names_cose(accepted) or request.GET.get("format") == "cose"


def names_cose(accepted: str) -> bool:
    named = {each.partition(";")[0].strip().lower() for each in accepted.split(",")}
    return COSE in named


class AnyAccept(BaseContentNegotiation):
    """Answers in the one format there is, whatever the caller says it accepts."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(
        self,
        request: Request,
        renderers: Any,
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type


class ReadingView(APIView):
    """A person's session or a key with events:read; the door decides the rest."""

    permission_classes = [SignedIn]
    content_negotiation_class = AnyAccept

    def found(self, request: Request, event_id: UUID) -> Found:
        return find_event(request.user, event_id, request.GET.get("log", ""))

    def note_download(self, request: Request, found: Found, what: str) -> None:
        """Leave a trail entry when a person saves a file (``?download=1``).

        The page's own check in the browser reads the same files and saves none.
        """
        user = request.user
        if isinstance(user, User) and request.GET.get("download"):
            by = acting(user, found.system.organisation)
            record_download(found=found, what=what, by=by, at=timezone.now())


class EventView(ReadingView):
    @extend_schema(
        operation_id="read_event",
        tags=["events"],
        summary="One event: its entry, payload, salts and reviews",
        description="An id that the caller sees in two logs is answered 409 with their "
        "origins; `?log=` chooses. Parts that were erased are listed by role.",
        parameters=[CHOOSE_LOG],
        responses={200: EventShape},
        examples=[EVENT_EXAMPLE],
    )
    def get(self, request: Request, event_id: UUID) -> Response:
        found = self.found(request, event_id)
        reviews = reviews_of(found.log, found.entry.idx)
        return Response(event_data(contents_of(found.log, found.entry), list(reviews)))


class ProofView(ReadingView):
    @extend_schema(
        operation_id="read_event_proof",
        tags=["events"],
        summary="One event's proof (c2sp.org/tlog-proof@v1)",
        description="Check it offline: python -m audits.tlog verify FILE --entry ENTRY "
        "--vkey KEY. With Accept: application/cose, or ?format=cose, it is a COSE "
        "receipt (RFC 9942), which a log of one entry has none of (409).",
        parameters=[CHOOSE_LOG, CHOOSE_FORMAT],
        responses={
            (200, "text/plain"): OpenApiTypes.STR,
            (200, COSE): OpenApiTypes.BINARY,
        },
        examples=[PROOF_EXAMPLE],
    )
    def get(self, request: Request, event_id: UUID) -> HttpResponse:
        found = self.found(request, event_id)
        if wants_cose(request):
            answer = receipt_file(found, event_id)
        else:
            answer = proof_file(proof_of(found.log, found.entry.idx), event_id)
        self.note_download(request, found, "proof")
        return answer


class BundleView(ReadingView):
    @extend_schema(
        operation_id="read_event_bundle",
        tags=["events"],
        summary="Entry, proof and disclosed parts in one file (JSON)",
        description="Check it offline: python -m audits.tlog verify FILE --vkey KEY. "
        "Take the key from a source you trust, not from the bundle. `anchor` is there "
        "once the log's checkpoint stands in the meta-log: who cosigned and "
        "time-stamped it (RFC 3161), as files that openssl checks. With a part that is "
        "committed to by field, the format is probatum-event-bundle-v2.",
        parameters=[CHOOSE_LOG],
        responses={(200, "application/json"): OpenApiTypes.OBJECT},
        examples=[
            OpenApiExample(
                "A bundle",
                response_only=True,
                value={
                    "format": "probatum-event-bundle-v1",
                    "log": ORIGIN,
                    "vkey": f"{ORIGIN}+530d903a+AekyeRrm56hApGFkyQR4ZCbV…",
                    "index": 0,
                    "entry": "eyJlaWQiOiIwMThm…",
                    "proof": "c2sp.org/tlog-proof@v1\nindex 0\n…",
                    "parts": [{"role": "output", "salt": "pSUt…", "data": "eyJj…"}],
                },
            )
        ],
    )
    def get(self, request: Request, event_id: UUID) -> HttpResponse:
        found = self.found(request, event_id)
        data = bundle_of(contents_of(found.log, found.entry)).to_bytes()
        self.note_download(request, found, "bundle")
        return download(data, f"{event_id}.json", content_type="application/json")


class SystemEventsView(ReadingView):
    @extend_schema(
        operation_id="list_events",
        tags=["events"],
        summary="The entries of a system's log, newest first",
        description="Keyset paging by index: `older` is the next `before`.",
        parameters=[ListQuery],
        responses={200: EventListShape},
        examples=[
            OpenApiExample(
                "One page",
                response_only=True,
                value={
                    "size": 1204332,
                    "older": 1204331,
                    "newer": None,
                    "looked_from": None,
                    "looked_to": None,
                    "results": [LINE_EXAMPLE],
                },
            )
        ],
    )
    def get(self, request: Request, system_id: UUID) -> Response:
        demand_scope(request.user)
        system = get_allowed_system(request.user, system_id, VIEW)
        query = ListQuery(data=request.GET)
        query.is_valid(raise_exception=True)
        return Response(page_data(entries(system.log, query.filters())))


def proof_file(proof: Proof, event_id: UUID) -> HttpResponse:
    return download(
        proof.file.to_bytes(),
        f"{event_id}.tlog-proof",
        content_type="text/plain; charset=utf-8",
    )


def receipt_file(found: Found, event_id: UUID) -> HttpResponse:
    receipt = receipt_of(found.log, found.entry.idx)
    if receipt is None:
        raise NoPath
    return download(receipt, f"{event_id}.cose", content_type=COSE)
