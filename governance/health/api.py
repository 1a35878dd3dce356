"""The health over the API."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from audits.events.access import SourceKeyHolder
from governance.health.access import VIEW
from governance.health.contents.page import health_of
from governance.health.serializers import HealthOut
from registry.operators.access import organisation_for
from registry.people.api import RegistryScope

EXAMPLE = OpenApiExample(
    "One log, everything well",
    value={
        "now": "2026-11-28T08:00:00Z",
        "tone": "ok",
        "signs": [
            {
                "name": "checkpoints",
                "label": "Checkpoints",
                "tone": "ok",
                "word": "Up to date",
                "says": "Every log that has grown is covered by a signed checkpoint.",
                "at": "2026-11-28T07:59:57Z",
                "means": "What came in can no longer be changed unseen.",
                "todo": "",
            }
        ],
        "logs": [
            {
                "origin": "log.example.eu/acme/loan-triage-4f1c09",
                "title": "Loan triage",
                "size": 1204,
                "newest_entry_at": "2026-11-28T07:59:55Z",
                "signed_size": 1204,
                "signed_at": "2026-11-28T07:59:57Z",
                "anchored_size": 1198,
                "lag_entries": 0,
                "lag_seconds": 0,
                "tone": "ok",
            }
        ],
        "logs_elsewhere": 0,
        "runs": [
            {
                "kind": "sample",
                "due_at": "2026-11-28T07:00:00Z",
                "started_at": "2026-11-28T07:00:12Z",
                "finished_at": "2026-11-28T07:00:14Z",
                "missed": 0,
                "logs": 1,
                "entries": 256,
                "faults": 0,
            }
        ],
        "faults": [],
        "faults_elsewhere": 0,
        "acknowledged": [],
    },
    response_only=True,
)


class OneHealth(GenericAPIView[Any]):
    """What is watched, as the health page says it."""

    permission_classes = [RegistryScope]
    serializer_class = HealthOut

    @extend_schema(operation_id="health_read", examples=[EXAMPLE])
    def get(self, request: Request) -> Response:
        """Read how checkpoints, scrub, canary and workers are, log by log.

        A service key needs registry:read; a person a role that may see the health.
        Logs of other organisations are counted, not named. Monitors that hold no key
        ask /healthz.
        """
        caller: Any = request.user
        if isinstance(caller, SourceKeyHolder):
            raise PermissionDenied(_("The key of an event source reads its own log."))
        chosen = getattr(request._request, "organisation", None)
        organisation = organisation_for(caller, chosen, VIEW)
        return Response(HealthOut(health_of(organisation, timezone.now())).data)
