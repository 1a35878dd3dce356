"""The health over the API."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from audits.events.access import SourceKeyHolder
from governance.health.access import VIEW
from governance.health.contents.page import health_of
from governance.health.serializers import HealthOut
from registry.operators.access import organisation_for
from registry.people.api import RegistryScope


class OneHealth(GenericAPIView[Any]):
    """What is watched, as the health page says it."""

    permission_classes = [RegistryScope]
    serializer_class = HealthOut

    @extend_schema(operation_id="health_read")
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
