"""Time limits and dated changes, as the law room answers."""

from typing import Any

from rest_framework import serializers


class LimitOut(serializers.Serializer[Any]):
    """One time limit of the Act."""

    id = serializers.CharField()
    citation = serializers.CharField()
    title = serializers.CharField()
    addressee = serializers.CharField()
    bearer = serializers.CharField()
    trigger = serializers.CharField()
    kind = serializers.CharField()
    applies = serializers.ListField(child=serializers.CharField())
    length = serializers.IntegerField()
    unit = serializers.CharField()
    first = serializers.CharField()
    first_when = serializers.CharField()
    recipient = serializers.CharField()
    note = serializers.CharField()
    aware = serializers.ListField(child=serializers.CharField())
    editions = serializers.ListField(child=serializers.CharField())
    begins = serializers.DateField(allow_null=True)
    waiting = serializers.BooleanField()


class LimitsOut(serializers.Serializer[Any]):
    """All time limits, what their kinds mean, and the Member States."""

    kinds = serializers.DictField(child=serializers.CharField())
    member_states = serializers.DictField(child=serializers.CharField())
    limits = LimitOut(many=True)


class DeadlineOut(LimitOut):
    """When a limit ends, in both readings, and how that was counted."""

    means = serializers.CharField()
    since = serializers.CharField()
    whose = serializers.CharField()
    country = serializers.CharField()
    zone = serializers.CharField()
    due = serializers.CharField(help_text="The safe end: a day, or a moment.")
    ends = serializers.DateTimeField(allow_null=True)
    latest_reading = serializers.CharField(allow_null=True)
    disputed = serializers.CharField()
    steps = serializers.ListField(child=serializers.CharField())
    notes = serializers.ListField(child=serializers.CharField())
    edition = serializers.CharField()
    hypothetical = serializers.BooleanField()
    applies_from = serializers.DateField()
    applies_from_later = serializers.DateField()
    rules = serializers.CharField()


class EditionOut(serializers.Serializer[Any]):
    """One edition of the Act."""

    id = serializers.CharField()
    title = serializers.CharField()
    in_force_from = serializers.DateField()


class EntryOut(serializers.Serializer[Any]):
    """One dated change, with its days per edition."""

    id = serializers.CharField()
    kind = serializers.CharField()
    citation = serializers.CharField()
    title = serializers.CharField()
    editions = serializers.DictField(
        child=serializers.DictField(child=serializers.DateField())
    )
    says = serializers.CharField()
    note = serializers.CharField()
    bearer = serializers.CharField()
    every_years = serializers.IntegerField()
    changed = serializers.BooleanField()


class TimelineOut(serializers.Serializer[Any]):
    """Every dated change of the Act, with the state of its sources."""

    editions = EditionOut(many=True)
    source = serializers.CharField()  # type: ignore[assignment]
    checked_on = serializers.DateField()
    status_unknown_after = serializers.DateField()
    pending = serializers.ListField(child=serializers.CharField())
    entries = EntryOut(many=True)
