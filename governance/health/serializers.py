"""The health as JSON."""

from typing import Any

from rest_framework import serializers


class SignOut(serializers.Serializer[Any]):
    """One thing that is watched; `tone` is ok, attention, danger or neutral."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    tone = serializers.CharField()
    word = serializers.CharField()
    says = serializers.CharField()
    at = serializers.DateTimeField(allow_null=True)
    means = serializers.CharField()
    todo = serializers.CharField()


class LogOut(serializers.Serializer[Any]):
    """How far one log is entered, signed and anchored."""

    origin = serializers.CharField(source="line.origin")
    title = serializers.CharField(source="line.title")
    size = serializers.IntegerField(source="line.size")
    newest_entry_at = serializers.DateTimeField(source="line.received_at")
    signed_size = serializers.IntegerField(source="line.signed_size")
    signed_at = serializers.DateTimeField(source="line.signed_at", allow_null=True)
    anchored_size = serializers.IntegerField(source="line.anchored_size")
    lag_entries = serializers.IntegerField(source="line.lag")
    lag_seconds = serializers.IntegerField(source="seconds")
    tone = serializers.CharField()


class RunOut(serializers.Serializer[Any]):
    """One run of the scrub."""

    kind = serializers.CharField()
    due_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    missed = serializers.IntegerField()
    logs = serializers.IntegerField()
    entries = serializers.IntegerField()
    faults = serializers.IntegerField()


class FaultOut(serializers.Serializer[Any]):
    """Something wrong that a scrub found."""

    id = serializers.UUIDField()
    log = serializers.CharField(source="log.origin")
    where = serializers.CharField()
    what = serializers.CharField()
    found_at = serializers.DateTimeField()
    seen_at = serializers.DateTimeField()
    acknowledged_at = serializers.DateTimeField(allow_null=True)
    acknowledged_by = serializers.CharField()
    reason = serializers.CharField()


class HealthOut(serializers.Serializer[Any]):
    """Everything that is watched; `tone` is that of the worst sign."""

    now = serializers.DateTimeField()
    tone = serializers.CharField()
    signs = SignOut(many=True)
    logs = LogOut(many=True)
    logs_elsewhere = serializers.IntegerField(source="elsewhere")
    runs = RunOut(many=True)
    faults = FaultOut(many=True)
    faults_elsewhere = serializers.IntegerField()
    acknowledged = FaultOut(many=True)
