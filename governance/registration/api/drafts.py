"""Drafts for the EU database over the API. Only a person writes; keys read."""

from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from governance.classification.serializers import LawIn
from governance.dossiers.serializers import kept_file
from governance.registration.access import CHANGE, SUBMIT, VIEW, demand_read
from governance.registration.api.examples import (
    DRAFT_EXAMPLE,
    FILE_EXAMPLE,
    LIST_EXAMPLE,
    SUBMISSION_EXAMPLE,
    SUBMITTED_EXAMPLE,
    TEXT_EXAMPLE,
)
from governance.registration.contents.changes import differences
from governance.registration.contents.drafts import (
    Draft,
    draft_of,
    drafts,
    kept_from_public,
    notice,
)
from governance.registration.render.files import KINDS, file_name
from governance.registration.render.words import Export
from governance.registration.selectors import facts_of
from governance.registration.serializers import (
    RegistrationDraftOut,
    RegistrationListOut,
    RegistrationSubmissionIn,
    RegistrationSubmissionOut,
    RegistrationTextIn,
)
from governance.registration.services import (
    hand_out,
    record_submission,
    write_text,
)
from registry.operators.api import refusals
from registry.people.access import acting
from registry.people.api import RegistryScope
from registry.people.models import User
from registry.systems.access import get_allowed_system

BY_LAW = [
    OpenApiParameter("on", date, description="The day to ask by; today by default."),
    OpenApiParameter("edition", str, description="An edition of the Act."),
]


class Base(GenericAPIView[Any]):
    """What all of them share: the door, and by which law they are asked."""

    permission_classes = [RegistryScope]

    def law(self) -> tuple[date, str | None]:
        """The day and the edition of the query. Raises ValidationError."""
        wanted = {"on", "edition"} & set(self.request.query_params)
        given = LawIn(data={name: self.request.query_params[name] for name in wanted})
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        return asked.get("on") or timezone.now().date(), asked.get("edition")

    def draft(self, permission: str, *, today: bool = False) -> Draft:
        """The draft of the address; 404 unseen, 403 not allowed."""
        caller, parts = self.request.user, self.kwargs
        system = get_allowed_system(caller, parts["pk"], permission)
        on, edition = (timezone.now().date(), None) if today else self.law()
        facts = facts_of(system, on)
        found = draft_of(facts, parts["operator"], parts["section"], edition)
        kept = kept_from_public(found, timezone.now().date())
        demand_read(caller, system, non_public=kept)
        return found

    def author(self) -> User:
        """The person who writes. Raises PermissionDenied for a key."""
        if not isinstance(self.request.user, User):
            raise PermissionDenied(_("This is a person's act. A key cannot do it."))
        return self.request.user


class Registrations(Base):
    """Every draft of a system."""

    serializer_class = RegistrationListOut

    @extend_schema(
        operation_id="registrations_list", parameters=BY_LAW, examples=[LIST_EXAMPLE]
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """List the drafts that bind or may bind, and how far each is."""
        system = get_allowed_system(request.user, pk, VIEW)
        on, edition = self.law()
        rows = [_line(each) for each in drafts(facts_of(system, on), edition)]
        told = {"notice": notice(""), "on": on, "drafts": rows}
        return Response(RegistrationListOut(told).data)


class OneDraft(Base):
    """One section for one operator."""

    serializer_class = RegistrationDraftOut

    @extend_schema(
        operation_id="registrations_read", parameters=BY_LAW, examples=[DRAFT_EXAMPLE]
    )
    def get(self, request: Request, pk: UUID, operator: UUID, section: str) -> Response:
        """Read a draft with its fields, submissions and differences."""
        return Response(_told(self.draft(VIEW)))


class DraftText(Base):
    """The text of one field."""

    serializer_class = RegistrationDraftOut

    @extend_schema(
        operation_id="registrations_write",
        request=RegistrationTextIn,
        responses={200: RegistrationDraftOut},
        examples=[TEXT_EXAMPLE, DRAFT_EXAMPLE],
    )
    def put(
        self, request: Request, pk: UUID, operator: UUID, section: str, field: str
    ) -> Response:
        """Put a text in the place of what the register says, or take it back."""
        found, author = self.draft(CHANGE, today=True), self.author()
        if all(each.asks.id != field for each in found.fields):
            raise NotFound(_("This section does not ask for such a field."))
        given = RegistrationTextIn(data=request.data)
        given.is_valid(raise_exception=True)
        with refusals():
            write_text(
                draft=found,
                field=field,
                **given.validated_data,
                author=author,
                by=acting(author, found.system.organisation),
                at=timezone.now(),
            )
        return Response(_told(self.draft(CHANGE, today=True)))


class Submissions(Base):
    """What was submitted elsewhere."""

    serializer_class = RegistrationSubmissionOut

    @extend_schema(
        operation_id="registrations_submitted",
        request=RegistrationSubmissionIn,
        responses={201: RegistrationSubmissionOut},
        examples=[SUBMISSION_EXAMPLE, SUBMITTED_EXAMPLE],
    )
    def post(
        self, request: Request, pk: UUID, operator: UUID, section: str
    ) -> Response:
        """State that the draft, as it was read, was submitted elsewhere."""
        found, author = self.draft(SUBMIT, today=True), self.author()
        given = RegistrationSubmissionIn(data=request.data)
        given.is_valid(raise_exception=True)
        with refusals():
            row = record_submission(
                draft=found,
                **given.validated_data,
                stated_by=author,
                by=acting(author, found.system.organisation),
                at=timezone.now(),
            )
        return Response(RegistrationSubmissionOut(row).data, status=201)


class DraftFile(Base):
    """A draft as a file."""

    @extend_schema(
        operation_id="registrations_export",
        parameters=[
            *BY_LAW,
            OpenApiParameter("kind", str, "path", enum=list(KINDS)),
        ],
        responses={(200, kind.media_type): OpenApiTypes.BINARY
                   for kind in KINDS.values()},
        examples=[FILE_EXAMPLE],
    )  # fmt: skip
    def get(
        self, request: Request, pk: UUID, operator: UUID, section: str, kind: str
    ) -> HttpResponse:
        """Hand out the draft as JSON, XLSX or PDF, and leave a trail entry."""
        if kind not in KINDS:
            raise NotFound(_("There are files of the kinds json, xlsx and pdf."))
        found = self.draft(VIEW)
        export = Export(found.content)
        data = hand_out(
            system=found.system,
            export=export,
            kind=kind,
            by=acting(request.user, found.system.organisation),
            at=timezone.now(),
        )
        return kept_file(data, KINDS[kind].media_type, file_name(export, kind))


def _line(draft: Draft) -> dict[str, Any]:
    submitted = draft.submitted
    return {
        "operator": draft.operator.pk,
        "operator_name": draft.operator.name,
        "section": draft.section.id,
        "citation": draft.section.citation,
        "title": draft.section.title,
        "state": draft.content["state"],
        "when": draft.section.when,
        "non_public": draft.section.non_public,
        "complete": draft.complete,
        "of": draft.total,
        "submitted_on": submitted.submitted_on if submitted else None,
        "changed_since": len(differences(draft)),
        "binds": draft.bound,
    }


def _told(draft: Draft) -> dict[str, Any]:
    content = draft.content
    rows = zip(content["fields"], draft.fields, strict=True)
    told: dict[str, Any] = RegistrationDraftOut(
        {
            **content,
            "sha256": draft.digest,
            "system": draft.system.pk,
            "operator": draft.operator.pk,
            "fields": [{**row, "revision": each.revision} for row, each in rows],
            "submissions": draft.submissions,
            "differences": differences(draft),
        }
    ).data
    return told
