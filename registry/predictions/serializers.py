"""Shapes of what the event API answers, and of what its lists accept."""

from base64 import b64encode
from typing import Any

from django.urls import reverse
from rest_framework import serializers

from audits.events.models import Flag
from audits.oversight.models import Act, Review
from registry.operators.serializers import ExactInput
from registry.predictions.contents.event import Contents
from registry.predictions.selectors.entries import (
    TYPES,
    EntryPage,
    Filters,
    Line,
    Reviewed,
)

LIMIT = 500


class PartShape(serializers.Serializer[Any]):
    role = serializers.CharField(help_text="What it holds: input, output, person, …")
    salt = serializers.CharField(help_text="32 bytes, base64.")
    data = serializers.CharField(  # type: ignore[assignment]  # a name of ours
        help_text="The bytes, base64: committed to, unless by field."
    )
    by_field = serializers.BooleanField(
        help_text="Single fields can be disclosed; the bundle has their salts."
    )
    value = serializers.JSONField(help_text="The same, parsed.")


class ReviewShape(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    index = serializers.IntegerField()
    act = serializers.ChoiceField(Act.choices)
    reason_code = serializers.CharField(allow_blank=True)
    shown_at = serializers.DateTimeField(allow_null=True)
    decided_at = serializers.DateTimeField()
    human = serializers.BooleanField()
    authenticated_by = serializers.CharField(help_text="session, or source KEY")
    person_name = serializers.CharField()
    person_role = serializers.CharField(allow_blank=True)
    confirms = serializers.UUIDField(allow_null=True)
    corrects = serializers.UUIDField(allow_null=True)


class LineShape(serializers.Serializer[Any]):
    id = serializers.UUIDField(allow_null=True)
    index = serializers.IntegerField()
    type = serializers.CharField()
    received_at = serializers.DateTimeField()
    occurred_at = serializers.DateTimeField(allow_null=True)
    model_version = serializers.CharField(allow_blank=True)
    flags = serializers.ListField(child=serializers.CharField())


class EventShape(LineShape):
    log = serializers.CharField(help_text="Origin of the log.")
    leaf_hash = serializers.CharField(help_text="Hexadecimal.")
    entry = serializers.JSONField(help_text="The leaf's bytes, parsed.")
    entry_base64 = serializers.CharField(help_text="The leaf's exact bytes.")
    parts = PartShape(many=True)
    erased = serializers.ListField(child=serializers.CharField())
    erased_by = serializers.IntegerField(
        allow_null=True,
        help_text="Index of the entry that says so; null with roles under erased: "
        "somebody removed them.",
    )
    reviews = ReviewShape(many=True)
    proof = serializers.CharField(help_text="Address of the .tlog-proof file.")
    bundle = serializers.CharField(help_text="Address of the event bundle.")


class EventListShape(serializers.Serializer[Any]):
    size = serializers.IntegerField(help_text="Entries in the log.")
    older = serializers.IntegerField(allow_null=True, help_text="Send it as ?before=")
    newer = serializers.IntegerField(allow_null=True, help_text="Send it as ?after=")
    looked_from = serializers.IntegerField(
        allow_null=True,
        help_text="When set, only entries from here to looked_to were looked through: "
        "go on with ?before= even if results is empty.",
    )
    looked_to = serializers.IntegerField(allow_null=True)
    results = LineShape(many=True)


class ListQuery(ExactInput):
    """Filters of the list, all optional."""

    type = serializers.ChoiceField([*TYPES, "all"], default="prediction")
    model_version = serializers.CharField(default="", allow_blank=True, max_length=120)
    received_from = serializers.DateField(default=None, help_text="First day (UTC).")
    received_until = serializers.DateField(default=None, help_text="Last day (UTC).")
    reviewed = serializers.ChoiceField([r.value for r in Reviewed], default=None)
    flagged = serializers.BooleanField(default=False)
    before = serializers.IntegerField(default=None, min_value=0, max_value=2**62)
    after = serializers.IntegerField(default=None, min_value=0, max_value=2**62)
    limit = serializers.IntegerField(default=50, min_value=1, max_value=LIMIT)

    def filters(self) -> Filters:
        """What was asked for, once `is_valid` has passed."""
        given = self.validated_data
        reviewed = given["reviewed"]
        return Filters(
            type="" if given["type"] == "all" else given["type"],
            model_version=given["model_version"],
            since=given["received_from"],
            until=given["received_until"],
            reviewed=Reviewed(reviewed) if reviewed else None,
            flagged=given["flagged"],
            before=given["before"],
            after=given["after"],
            limit=given["limit"],
        )


def line_data(line: Line) -> dict[str, Any]:
    return {
        "id": line.event_id,
        "index": line.idx,
        "type": line.type,
        "received_at": line.received_at,
        "occurred_at": line.occurred_at,
        "model_version": line.model_version,
        "flags": Flag.names(line.flags),
    }


def page_data(page: EntryPage) -> dict[str, Any]:
    return {
        "size": page.size,
        "older": page.older,
        "newer": page.newer,
        "looked_from": page.looked_from,
        "looked_to": page.looked_to,
        "results": [line_data(line) for line in page.lines],
    }


def review_data(review: Review) -> dict[str, Any]:
    return {
        "id": review.review_id,
        "index": review.idx,
        "act": review.act,
        "reason_code": review.reason_code,
        "shown_at": review.shown_at,
        "decided_at": review.decided_at,
        "human": review.human,
        "authenticated_by": review.authenticated_by,
        "person_name": review.person_name,
        "person_role": review.person_role,
        "confirms": review.confirms,
        "corrects": review.corrects,
    }


def event_data(contents: Contents, reviews: list[Review]) -> dict[str, Any]:
    """One event in full, with the salts of the parts that are kept."""
    entry, log = contents.entry, contents.log
    address = {"event_id": entry.event_id}
    chosen = f"?log={log.origin}"
    return {
        "id": entry.event_id,
        "log": log.origin,
        "type": entry.type,
        "index": entry.idx,
        "leaf_hash": bytes(entry.leaf_hash).hex(),
        "received_at": entry.received_at,
        "occurred_at": entry.occurred_at,
        "model_version": entry.model_version,
        "flags": contents.flags,
        "entry": contents.fields,
        "entry_base64": b64encode(contents.data).decode(),
        "parts": [
            {
                "role": part.role,
                "salt": b64encode(part.salt).decode(),
                "data": b64encode(part.data).decode(),
                "by_field": bool(part.fields),
                "value": part.value(),
            }
            for part in contents.parts
        ],
        "erased": contents.erased,
        "erased_by": contents.erasure.idx if contents.erasure else None,
        "reviews": [review_data(review) for review in reviews],
        "proof": reverse("events_api:proof", kwargs=address) + chosen,
        "bundle": reverse("events_api:bundle", kwargs=address) + chosen,
    }
