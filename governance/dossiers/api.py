"""Dossiers over the API: list, request, read, and the file."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.exceptions import APIException, NotFound, ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from audits.events.access import SourceKeyHolder
from governance.dossiers.access import (
    ADD,
    VIEW,
    get_visible_dossier,
    visible_dossiers,
)
from governance.dossiers.models import Dossier
from governance.dossiers.serializers import DossierIn, DossierOut, kept_file
from governance.dossiers.services import NotReady, hand_out, request_dossier
from registry.documents.services import StoredFileLost
from registry.operators.api import InOrder
from registry.people.access import acting
from registry.people.api import ServiceKeyHolder
from registry.people.models import ServiceScope, User
from registry.systems.access import get_allowed_system
from registry.systems.models import AISystem, SystemVersion

EXAMPLE = OpenApiExample(
    "Ready",
    value={
        "id": "5f0c9a1e-7a3e-4a8e-9d55-0f6f1c2f4b11",
        "system": "0e6d3a52-51b8-4a55-9f43-3c06a4f0a6c1",
        "version": "b6a1d0a4-2a0c-4c35-8a9d-0e6e2b1f7c22",
        "state": "ready",
        "step": "",
        "steps_done": 4,
        "steps_total": 4,
        "failure": "",
        "requested_at": "2026-11-23T08:00:00Z",
        "as_of": "2026-11-23T08:00:01Z",
        "finished_at": "2026-11-23T08:00:09Z",
        "contents_sha256": "3f9a2c0491be07d1" * 4,
        "pdf_sha256": "91be07d13f9a2c04" * 4,
        "pdf_size": 412345,
        "log_size": 1204,
        "page": "https://probatum.example/dossiers/5f0c9a1e-7a3e-4a8e-9d55-0f6f1c2f4b11/",
    },
    response_only=True,
    status_codes=["200", "202"],
)
NEW = OpenApiExample(
    "Of one version",
    value={"version": "b6a1d0a4-2a0c-4c35-8a9d-0e6e2b1f7c22"},
    request_only=True,
)


class FileLost(APIException):
    """500: the stored file is gone, or is not what was made."""

    default_detail = _("The stored file is not the one that was made")
    default_code = "file_lost"


class DossierScope(BasePermission):
    """A person by role; a service key reads with two scopes; a source's key never.

    SECURITY: the file discloses events of the sample, so a key that may read the
    registry alone does not get it. Asking for one is a person's act.
    """

    def has_permission(self, request: Request, view: object) -> bool:
        caller: Any = request.user
        if isinstance(caller, SourceKeyHolder):
            self.message = _("The key of an event source does not open dossiers.")
            return False
        if isinstance(caller, ServiceKeyHolder):
            self.message = _(
                "A key reads dossiers with the scopes registry:read and events:read, "
                "and asks for none: that is a person's act."
            )
            wanted = {ServiceScope.REGISTRY_READ.value, ServiceScope.EVENTS_READ.value}
            return request.method in SAFE_METHODS and wanted <= caller.scopes
        return bool(caller and caller.is_authenticated)


class DossiersOfSystem(InOrder[Dossier]):
    """The dossiers of one system."""

    permission_classes = [DossierScope]
    ordering = ("-requested_at", "id")
    serializer_class = DossierOut

    @extend_schema(operation_id="dossiers_list", examples=[EXAMPLE])
    def get(self, request: Request, pk: UUID) -> Response:
        """List the dossiers of a system, newest first."""
        system = get_allowed_system(request.user, pk, VIEW)
        rows = visible_dossiers(request.user).filter(system=system)
        page: Any = self.paginate_queryset(self.filter_queryset(rows))
        return self.get_paginated_response(DossierOut(page, many=True).data)

    @extend_schema(
        operation_id="dossiers_request",
        request=DossierIn,
        responses={202: DossierOut},
        examples=[NEW, EXAMPLE],
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """Ask for a dossier; read it again until its state is ready or failed."""
        system = get_allowed_system(request.user, pk, ADD)
        given = DossierIn(data=request.data)
        given.is_valid(raise_exception=True)
        if not isinstance(request.user, User):
            raise NotFound
        dossier = request_dossier(
            system=system,
            version=_version(system, given.validated_data.get("version")),
            requested_by=request.user,
            by=acting(request.user, system.organisation),
            at=timezone.now(),
        )
        return Response(DossierOut(dossier).data, status=202)


class OneDossier(GenericAPIView[Dossier]):
    """One dossier."""

    permission_classes = [DossierScope]
    serializer_class = DossierOut

    @extend_schema(operation_id="dossiers_read", examples=[EXAMPLE])
    def get(self, request: Request, pk: UUID) -> Response:
        """Read a dossier's state, and its digests when it is ready."""
        return Response(DossierOut(get_visible_dossier(request.user, pk)).data)


class DossierFile(GenericAPIView[Dossier]):
    """The file of one dossier."""

    permission_classes = [DossierScope]
    serializer_class = DossierOut

    @extend_schema(
        operation_id="dossiers_file",
        responses={(200, "application/pdf"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, pk: UUID) -> HttpResponse:
        """Take the PDF away; that leaves an entry in the log. 404 until it is ready."""
        dossier = get_visible_dossier(request.user, pk)
        by = acting(request.user, dossier.system.organisation)
        try:
            data = hand_out(dossier=dossier, by=by, at=timezone.now())
        except NotReady as error:
            raise NotFound(str(error)) from error
        except StoredFileLost as error:
            raise FileLost(str(error)) from error
        return kept_file(data, "application/pdf", f"dossier-{dossier.pk}.pdf")


def _version(system: AISystem, wanted: UUID | None) -> SystemVersion | None:
    """The version of that id, or the newest; 400 for one of another system."""
    versions = system.versions.order_by("-created_at")
    if wanted is None:
        return versions.first()
    found = versions.filter(pk=wanted).first()
    if found is None:
        raise ValidationError({"version": _("The system has no such version.")})
    return found
