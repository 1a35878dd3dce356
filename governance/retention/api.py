"""Retention over the API: read, never decided. Removing takes two people."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from audits.events.access import SourceKeyHolder
from governance.retention.access import VIEW
from governance.retention.contents import report_of, system_retention
from governance.retention.serializers import ReportOut, SystemRetentionOut
from registry.operators.access import organisation_for
from registry.people.api import RegistryScope
from registry.predictions.api.events import ORIGIN
from registry.systems.access import get_allowed_system

SYSTEM = {
    "log": ORIGIN,
    "months": 36,
    "duties": [
        {
            "source": "contract",
            "citation": "Master agreement, clause 9.2",
            "months": 36,
            "set_by": "Bob Example",
            "set_at": "2026-11-23T08:00:00Z",
        }
    ],
    "holds": [
        {
            "reason": "Proceedings 3 O 411/26: keep all alerts.",
            "subject": False,
            "placed_by": "Bob Example",
            "placed_at": "2026-11-23T08:00:00Z",
        }
    ],
    "conflicts": [],
    "oldest_month": "2026-03-01",
    "oldest_may_go_at": "2029-04-01T00:00:00Z",
    "documents_until": "2036-02-01",
    "removed": [
        {
            "month": "2026-02-01",
            "entry": 592,
            "minimum_index": 256,
            "payloads_from": 302,
            "removed_at": "2026-11-23T08:00:00Z",
        }
    ],
}
REPORT = {
    "now": "2026-11-23T08:00:00Z",
    "through": None,
    "months": [
        {
            "month": "2026-03-01",
            "entries": 250,
            "size_on_disk": 598016,
            "logs": [
                {
                    "log": ORIGIN,
                    "first": 302,
                    "last": 551,
                    "may_go_at": "2029-04-01T00:00:00Z",
                    "standing": [
                        {
                            "kind": "duty",
                            "ground": "Contract: Master agreement, clause 9.2",
                            "until": "2029-04-01T00:00:00Z",
                        }
                    ],
                }
            ],
        }
    ],
}


class RetentionReport(GenericAPIView[Any]):
    """What may go of all logs of the organisation."""

    permission_classes = [RegistryScope]
    serializer_class = ReportOut

    @extend_schema(
        operation_id="retention_report",
        examples=[OpenApiExample("One month", value=REPORT, response_only=True)],
    )
    def get(self, request: Request) -> Response:
        """Read, month by month, what may be removed, and what stands against it.

        A service key needs registry:read; a person a role that may see retention.
        """
        caller: Any = request.user
        if isinstance(caller, SourceKeyHolder):
            raise PermissionDenied(_("The key of an event source reads its own log."))
        chosen = getattr(request._request, "organisation", None)
        organisation = organisation_for(caller, chosen, VIEW)
        return Response(ReportOut(report_of(organisation, timezone.now())).data)


class RetentionOfSystem(GenericAPIView[Any]):
    """How long one system's records are kept."""

    permission_classes = [RegistryScope]
    serializer_class = SystemRetentionOut

    @extend_schema(
        operation_id="retention_of_system",
        examples=[
            OpenApiExample("A duty and a hold", value=SYSTEM, response_only=True)
        ],
    )
    def get(self, request: Request, system_id: UUID) -> Response:
        """Read the duties and holds of a system's log, and what was removed of it."""
        caller: Any = request.user
        system = get_allowed_system(caller, system_id, VIEW)
        found = system_retention(system, timezone.now())
        return Response(SystemRetentionOut(found).data)
