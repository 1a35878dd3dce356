"""What hangs on a system: its versions, operators' roles and dated changes."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from registry.operators.api import InOrder, refusals
from registry.people.access import acting
from registry.people.api import RegistryScope
from registry.systems.access import get_allowed_system, get_visible_system
from registry.systems.api.examples import (
    CHANGE_EXAMPLES,
    ROLE_END_EXAMPLES,
    ROLE_EXAMPLES,
    VERSION_EXAMPLES,
)
from registry.systems.models import OperatorRole, SystemChange, SystemVersion
from registry.systems.serializers import (
    ChangeIn,
    ChangeOut,
    RoleEnd,
    RoleIn,
    RoleOut,
    VersionIn,
    VersionOut,
)
from registry.systems.services import add_change, add_role, add_version, end_role


class Versions(InOrder[SystemVersion]):
    """Versions of a system as a whole."""

    ordering = ("-created_at", "id")
    serializer_class = VersionOut

    @extend_schema(operation_id="system_versions_list", examples=VERSION_EXAMPLES[1:])
    def get(self, request: Request, pk: UUID) -> Response:
        """List the system's versions, newest first."""
        system = get_visible_system(request.user, pk)
        rows = system.versions.prefetch_related("model_versions__aimodel")
        page = self.paginate_queryset(self.filter_queryset(rows))
        return self.get_paginated_response(VersionOut(page, many=True).data)

    @extend_schema(
        operation_id="system_versions_create",
        request=VersionIn,
        responses={201: VersionOut},
        examples=VERSION_EXAMPLES,
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """Register a version of the system. It is never changed."""
        system = get_allowed_system(request.user, pk, "registry.add_systemversion")
        given = VersionIn(data=request.data, context={"system": system})
        given.is_valid(raise_exception=True)
        facts = dict(given.validated_data)
        inside = facts.pop("model_versions", [])
        with refusals():
            version = add_version(
                system=system,
                facts=facts,
                model_versions=inside,
                by=acting(request.user, system.organisation),
                at=timezone.now(),
            )
        return Response(VersionOut(version).data, status=status.HTTP_201_CREATED)


class Roles(InOrder[OperatorRole]):
    """Roles under the Act that operators hold for a system."""

    ordering = ("held_from", "id")
    serializer_class = RoleOut

    @extend_schema(operation_id="system_roles_list", examples=ROLE_EXAMPLES[1:])
    def get(self, request: Request, pk: UUID) -> Response:
        """List the roles, held now and before."""
        rows = get_visible_system(request.user, pk).operator_roles
        page = self.paginate_queryset(
            self.filter_queryset(rows.select_related("operator"))
        )
        return self.get_paginated_response(RoleOut(page, many=True).data)

    @extend_schema(
        operation_id="system_roles_create",
        request=RoleIn,
        responses={201: RoleOut},
        examples=ROLE_EXAMPLES,
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """State that an operator holds a role, and why. Several may hold one."""
        system = get_allowed_system(request.user, pk, "registry.change_aisystem")
        given = RoleIn(data=request.data, context={"system": system})
        given.is_valid(raise_exception=True)
        with refusals():
            role = add_role(
                system=system,
                facts=given.validated_data,
                by=acting(request.user, system.organisation),
                at=timezone.now(),
            )
        return Response(RoleOut(role).data, status=status.HTTP_201_CREATED)


class OneRole(GenericAPIView[OperatorRole]):
    """One role of an operator."""

    permission_classes = [RegistryScope]
    serializer_class = RoleOut

    @extend_schema(
        operation_id="system_roles_end",
        request=RoleEnd,
        responses={200: RoleOut},
        examples=[*ROLE_END_EXAMPLES, *ROLE_EXAMPLES[1:]],
    )
    def patch(self, request: Request, pk: UUID, role_id: UUID) -> Response:
        """State the last day of the role, and why it ends."""
        system = get_allowed_system(request.user, pk, "registry.change_aisystem")
        role = get_object_or_404(system.operator_roles, pk=role_id)
        given = RoleEnd(data=request.data)
        given.is_valid(raise_exception=True)
        with refusals():
            role = end_role(
                role=role,
                **given.validated_data,
                by=acting(request.user, system.organisation),
                at=timezone.now(),
            )
        return Response(RoleOut(role).data)


class Changes(InOrder[SystemChange]):
    """Dated changes of design, purpose or name (Art. 3(23), 25, 111)."""

    ordering = ("-changed_on", "id")
    serializer_class = ChangeOut

    @extend_schema(operation_id="system_changes_list", examples=CHANGE_EXAMPLES[1:])
    def get(self, request: Request, pk: UUID) -> Response:
        """List the changes, newest first."""
        rows = get_visible_system(request.user, pk).changes.all()
        page = self.paginate_queryset(self.filter_queryset(rows))
        return self.get_paginated_response(ChangeOut(page, many=True).data)

    @extend_schema(
        operation_id="system_changes_create",
        request=ChangeIn,
        responses={201: ChangeOut},
        examples=CHANGE_EXAMPLES,
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """Record a change that has happened."""
        system = get_allowed_system(request.user, pk, "registry.change_aisystem")
        given = ChangeIn(data=request.data)
        given.is_valid(raise_exception=True)
        with refusals():
            change = add_change(
                system=system,
                facts=given.validated_data,
                by=acting(request.user, system.organisation),
                at=timezone.now(),
            )
        return Response(ChangeOut(change).data, status=status.HTTP_201_CREATED)
