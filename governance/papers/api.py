"""Versioned documents over the API. Only a person writes; approving is for pages."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from governance.classification.api import AnswersRefused
from governance.law.facts import AnswersInvalid
from governance.papers.contents.standing import basis_of, standings
from governance.papers.contents.values import (
    Kind,
    changes,
    faults,
    freeze,
    parts_of,
)
from governance.papers.models import Paper
from governance.papers.selectors import of_system, one_of
from governance.papers.serializers import (
    BeginIn,
    OwedIn,
    PaperLine,
    PaperOut,
    PaperStandingOut,
    PartIn,
)
from governance.papers.services import begin_version, write_part
from registry.documents.selectors import pickable
from registry.operators.api import InOrder, refusals
from registry.people.access import acting
from registry.people.api import NotTooOften, RegistryScope, SignedIn
from registry.people.models import User
from registry.systems.access import get_allowed_system


def author_of(request: Request) -> User:
    """The person who writes; a key cannot."""
    if not isinstance(request.user, User):
        raise PermissionDenied(
            _("A text has a person as its author. Sign in; a key cannot write it.")
        )
    return request.user


class Papers(InOrder[Any]):
    """The versions of a document about a system; a room says of which kind."""

    kind: Kind
    serializer_class = PaperLine
    ordering = ("-begun_at", "-id")

    def get(self, request: Request, pk: UUID) -> Response:
        """List the versions, newest first."""
        system = get_allowed_system(request.user, pk, self.kind.view)
        found = self.filter_queryset(of_system(self.kind.model, system, request.user))
        page = self.paginate_queryset(found)
        return self.get_paginated_response(PaperLine(page, many=True).data)

    def post(self, request: Request, pk: UUID) -> Response:
        """Begin a version for one of your operators, as a person."""
        system = get_allowed_system(request.user, pk, self.kind.change)
        author = author_of(request)
        given = BeginIn(data=request.data)
        given.is_valid(raise_exception=True)
        wanted = given.validated_data["operator"]
        found = standings(self.kind, system, request.user, timezone.localdate())
        ours = [each.operator for each in found if each.operator.pk == wanted]
        if not ours:
            raise Http404(_("None of your operators with that role has this number."))
        with refusals():
            made = begin_version(
                kind=self.kind,
                system=system,
                operator=ours[0],
                author=author,
                by=acting(author, system.organisation),
                at=timezone.now(),
            )
        return Response(PaperOut(_told(self.kind, made)).data, status.HTTP_201_CREATED)


class Standings(GenericAPIView[Any]):
    """What the law asks of each of your operators, and how it stands with it."""

    kind: Kind
    permission_classes = [RegistryScope]
    serializer_class = PaperStandingOut

    def get(self, request: Request, pk: UUID) -> Response:
        """Read it as of today, by operator."""
        system = get_allowed_system(request.user, pk, self.kind.view)
        found = standings(self.kind, system, request.user, timezone.localdate())
        return Response(PaperStandingOut(found, many=True).data)


class OnePaper(GenericAPIView[Any]):
    """One version."""

    kind: Kind
    permission_classes = [RegistryScope]
    serializer_class = PaperOut

    def get(self, request: Request, pk: UUID, paper_id: UUID) -> Response:
        """Read a version: its elements, its decision, what changed behind it."""
        system = get_allowed_system(request.user, pk, self.kind.view)
        row = one_of(self.kind.model, system, paper_id, request.user)
        return Response(PaperOut(_told(self.kind, row)).data)


class OnePart(GenericAPIView[Any]):
    """One element of a version."""

    kind: Kind
    permission_classes = [RegistryScope]
    serializer_class = PartIn

    def put(self, request: Request, pk: UUID, paper_id: UUID, element: str) -> Response:
        """Write an element, as a person; the version is a draft until proposed."""
        system = get_allowed_system(request.user, pk, self.kind.change)
        author = author_of(request)
        row = one_of(self.kind.model, system, paper_id, request.user)
        evidence = row.parts.get(element, {}).get("evidence", [])
        documents = pickable(system, [each["id"] for each in evidence])
        given = PartIn(data=request.data, context={"documents": documents})
        given.is_valid(raise_exception=True)
        with refusals():
            made = write_part(
                kind=self.kind,
                paper=row,
                element=element,
                **given.validated_data,
                author=author,
                by=acting(author, system.organisation),
                at=timezone.now(),
            )
        return Response(PaperOut(_told(self.kind, made)).data)


class Owed(GenericAPIView[Any]):
    """Whether a document is owed by these answers; nothing is stored."""

    ask: Callable[..., Any]
    permission_classes = [SignedIn]
    throttle_classes = [NotTooOften]
    serializer_class = OwedIn

    def post(self, request: Request) -> Response:
        """Ask the law room, for any day and edition."""
        given = OwedIn(data=request.data)
        given.is_valid(raise_exception=True)
        facts = given.validated_data
        try:
            found = type(self).ask(
                facts.get("answers", {}),
                facts["roles"],
                facts.get("on") or timezone.localdate(),
                facts.get("edition"),
                flags=facts.get("flags", {}),
            )
        except AnswersInvalid as fault:
            raise AnswersRefused(fault) from fault
        return Response(found.as_json())


def _told(kind: Kind, row: Paper) -> dict[str, Any]:
    """The version as JSON values."""
    basis = basis_of(kind, row.system, row.operator, timezone.localdate())
    plain = {name: getattr(row, name) for name in PLAIN}
    return plain | {
        "id": row.pk,
        "document": row.frozen or freeze(kind, row, basis),
        "revisions": {name: part["revision"] for name, part in row.parts.items()},
        "open_tasks": list(faults(parts_of(row, basis))) if row.is_open else [],
        "changes": changes(row, basis),
    }


PLAIN = (
    "operator", "number", "state", "digest", "begun_at", "proposed_by", "proposed_at",
    "decided_by", "decided_at", "note",
)  # fmt: skip
