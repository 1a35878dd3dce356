"""Shapes of JSON for requests to erase a person."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers

from audits.erasure.models import Erasure, Exemption, Ground
from audits.erasure.selectors import footprint
from audits.erasure.services import stands_against
from registry.operators.serializers import ExactInput, LineField


class ErasureIn(ExactInput):
    """Whom to erase, from the log of which system, and why."""

    system = serializers.UUIDField()
    subject = LineField(
        max_length=120, help_text="As events name the person; looked up and not kept"
    )
    ground = serializers.ChoiceField(Ground.choices, help_text="GDPR Art. 17(1)")
    reference = LineField(
        required=False, allow_blank=True, max_length=60,
        help_text="Your file number; it stays in the log, so write no name",
    )  # fmt: skip


class StandingShape(serializers.Serializer[Any]):
    kind = serializers.CharField(help_text="duty or hold")
    ground = serializers.CharField()
    until = serializers.DateTimeField(allow_null=True, help_text="null: until lifted")


class WouldErase(serializers.Serializer[Any]):
    predictions = serializers.IntegerField()
    reviews = serializers.IntegerField()
    first = serializers.DateTimeField(allow_null=True)
    last = serializers.DateTimeField(allow_null=True)


class ErasureOut(serializers.Serializer[Any]):
    """A request, what it would erase and what stands against it while it is open."""

    id = serializers.UUIDField()
    system = serializers.UUIDField(source="log.system.pk")
    log = serializers.CharField(source="log.origin")
    tag = serializers.CharField(
        source="tag_text", help_text="Of the person; nobody can tell from it who it is"
    )
    ground = serializers.ChoiceField(Ground.choices)
    reference = serializers.CharField()
    state = serializers.ChoiceField(Erasure.State.choices)
    asked_by = serializers.CharField()
    asked_at = serializers.DateTimeField()
    decided_by = serializers.CharField()
    decided_at = serializers.DateTimeField(allow_null=True)
    exemption = serializers.ChoiceField(Exemption.choices, allow_blank=True)
    reasons = serializers.CharField()
    due = serializers.DateField(allow_null=True)
    entry = serializers.IntegerField(
        source="entry_idx", allow_null=True, help_text="Index of its subject_erased"
    )
    gone = serializers.IntegerField(allow_null=True, help_text="Payloads erased")


class OneErasureOut(ErasureOut):
    would_erase = serializers.SerializerMethodField()
    stands_against = serializers.SerializerMethodField()

    def get_would_erase(self, row: Erasure) -> dict[str, Any] | None:
        if not row.is_open:
            return None
        found = footprint(row.log, bytes.fromhex(row.tag_text))
        return dict(WouldErase(found).data)

    def get_stands_against(self, row: Erasure) -> list[dict[str, Any]]:
        if not row.is_open:
            return []
        standing = stands_against(row, now=timezone.now())
        return [dict(StandingShape(each).data) for each in standing]
