"""Systems: list, register, read, change."""

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from registry.operators.access import organisation_for
from registry.operators.api import InOrder, demanded_revision, refusals
from registry.people.access import acting
from registry.people.api import RegistryScope
from registry.systems.access import (
    get_allowed_system,
    get_visible_system,
    visible_systems,
)
from registry.systems.api.examples import SYSTEM_EXAMPLES, SYSTEM_PATCH_EXAMPLES
from registry.systems.models import AISystem
from registry.systems.serializers import SystemIn, SystemOut, SystemPatch
from registry.systems.services import edit_system, register_system


class Systems(InOrder[AISystem]):
    """The systems that the caller may see."""

    ordering = ("name", "id")
    serializer_class = SystemOut

    @extend_schema(operation_id="systems_list", examples=SYSTEM_EXAMPLES[1:])
    def get(self, request: Request) -> Response:
        """List systems by name. A source's key sees its own system only."""
        page = self.paginate_queryset(
            self.filter_queryset(visible_systems(request.user))
        )
        return self.get_paginated_response(SystemOut(page, many=True).data)

    @extend_schema(
        operation_id="systems_create",
        request=SystemIn,
        responses={201: SystemOut},
        examples=SYSTEM_EXAMPLES,
    )
    def post(self, request: Request) -> Response:
        """Register a system and open its log. Needs the scope registry:write."""
        organisation = organisation_for(
            request.user,
            getattr(request, "organisation", None),
            "registry.add_aisystem",
        )
        given = SystemIn(data=request.data, context={"organisation": organisation})
        given.is_valid(raise_exception=True)
        with refusals():
            system = register_system(
                organisation=organisation,
                facts=given.validated_data,
                by=acting(request.user, organisation),
                at=timezone.now(),
            )
        return Response(SystemOut(system).data, status=status.HTTP_201_CREATED)


class OneSystem(GenericAPIView[AISystem]):
    """One system."""

    permission_classes = [RegistryScope]
    serializer_class = SystemOut

    @extend_schema(operation_id="systems_read", examples=SYSTEM_EXAMPLES[1:])
    def get(self, request: Request, pk: UUID) -> Response:
        """Read a system."""
        return Response(SystemOut(get_visible_system(request.user, pk)).data)

    @extend_schema(
        operation_id="systems_change",
        request=SystemPatch,
        responses={200: SystemOut},
        examples=SYSTEM_PATCH_EXAMPLES,
    )
    def patch(self, request: Request, pk: UUID) -> Response:
        """Change what is stated, of the revision that you have read; else 409."""
        system = get_allowed_system(request.user, pk, "registry.change_aisystem")
        given = SystemPatch(
            data=request.data,
            partial=True,
            context={"organisation": system.organisation},
        )
        given.is_valid(raise_exception=True)
        facts = dict(given.validated_data)
        revision = demanded_revision(facts)
        changed_on = facts.pop("changed_on", None)
        with refusals():
            changed = edit_system(
                system=system,
                facts=facts,
                revision=revision,
                changed_on=changed_on,
                by=acting(request.user, system.organisation),
                at=timezone.now(),
            )
        return Response(SystemOut(changed).data)
