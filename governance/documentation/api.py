"""The text of a leaf over the API. Only a person writes; keys may read."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from governance.documentation.access import CHANGE, VIEW
from governance.documentation.models import AnnexText
from governance.documentation.selectors import (
    MISSING,
    leaf_of,
    text_of,
    to_back,
    version_of,
)
from governance.documentation.serializers import TextIn, TextOut
from governance.documentation.services import digest_of, write_text
from governance.law.model import AnnexLeaf
from registry.operators.api import refusals
from registry.people.access import acting
from registry.people.api import RegistryScope
from registry.people.models import User
from registry.systems.access import get_allowed_system

IN_EXAMPLE = OpenApiExample(
    "A first text",
    value={
        "text": "Scores applicants for consumer loans.",
        "evidence": [],
        "revision": 0,
    },
    request_only=True,
)
OUT_EXAMPLE = OpenApiExample(
    "A draft",
    value={
        "leaf": "annex-iv-1-a",
        "citation": "Annex IV, point 1(a)",
        "title": "Purpose, provider, version",
        "asks": "State the intended purpose, provider name, and the version.",
        "applicability": "always",
        "state": "draft",
        "text": "Scores applicants for consumer loans.",
        "not_applicable_reason": "",
        "author": "Alice Example",
        "written_at": "2026-11-20T09:12:44.120000Z",
        "approved_by": None,
        "approved_at": None,
        "approved_sha256": "",
        "sha256": "3f9a2c04d1" + "0" * 54,
        "evidence": [],
        "revision": 1,
    },
    response_only=True,
)


class LeafText(GenericAPIView[Any]):
    """One leaf of Annex IV for one version of a system."""

    permission_classes = [RegistryScope]
    serializer_class = TextOut

    @extend_schema(operation_id="documentation_read", examples=[OUT_EXAMPLE])
    def get(self, request: Request, pk: UUID, version_id: UUID, leaf: str) -> Response:
        """Read what was written for a leaf, its state and its digest."""
        system = get_allowed_system(request.user, pk, VIEW)
        version, asks = version_of(system, version_id), leaf_of(leaf)
        return Response(TextOut(_told(asks, text_of(version, leaf))).data)

    @extend_schema(
        operation_id="documentation_write",
        request=TextIn,
        responses={200: TextOut},
        examples=[IN_EXAMPLE, OUT_EXAMPLE],
    )
    def put(self, request: Request, pk: UUID, version_id: UUID, leaf: str) -> Response:
        """Write the text of a leaf, as a person; it is a draft until approved."""
        system = get_allowed_system(request.user, pk, CHANGE)
        author = request.user
        if not isinstance(author, User):
            raise PermissionDenied(
                _("A text has a person as its author. Sign in; a key cannot write it.")
            )
        version, asks = version_of(system, version_id), leaf_of(leaf)
        documents = to_back(system, text_of(version, leaf))
        given = TextIn(data=request.data, context={"documents": documents})
        given.is_valid(raise_exception=True)
        with refusals():
            row = write_text(
                version=version,
                leaf=leaf,
                **given.validated_data,
                author=author,
                by=acting(author, system.organisation),
                at=timezone.now(),
            )
        return Response(TextOut(_told(asks, row)).data)


def _told(asks: AnnexLeaf, row: AnnexText | None) -> dict[str, Any]:
    """The leaf as JSON; without a row it is missing, and nothing else is said."""
    return {
        "leaf": asks.id,
        "citation": asks.citation,
        "title": asks.title,
        "asks": asks.write,
        "applicability": asks.applicability,
        "state": row.state if row else MISSING,
        "text": row.text if row else "",
        "not_applicable_reason": row.not_applicable_reason if row else "",
        "author": str(row.author) if row else None,
        "written_at": row.written_at if row else None,
        "approved_by": str(row.approved_by) if row and row.approved_by else None,
        "approved_at": row.approved_at if row else None,
        "approved_sha256": row.approved_sha256 if row else "",
        "sha256": digest_of(row) if row else "",
        "evidence": [document.pk for document in row.evidence.all()] if row else [],
        "revision": row.revision if row else 0,
    }
