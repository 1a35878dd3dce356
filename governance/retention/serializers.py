"""How long records are kept, as JSON."""

from typing import Any

from rest_framework import serializers

from audits.duties.selectors import SIX_MONTHS


class StatedDutyOut(serializers.Serializer[Any]):
    """A duty that stands beside the six months of Art. 19(1) and 26(6)."""

    source = serializers.CharField()  # type: ignore[assignment]  # a name of ours
    citation = serializers.CharField()
    months = serializers.IntegerField()
    set_by = serializers.CharField()
    set_at = serializers.DateTimeField()


class LegalHoldOut(serializers.Serializer[Any]):
    """A legal hold; `subject` tells whether it is on one subject only."""

    reason = serializers.CharField()
    subject = serializers.SerializerMethodField()
    placed_by = serializers.CharField()
    placed_at = serializers.DateTimeField()

    def get_subject(self, hold: Any) -> bool:
        return hold.tag is not None


class RemovedOut(serializers.Serializer[Any]):
    """What was removed; `entry` is the log's own entry that says so."""

    month = serializers.DateField()
    entry = serializers.IntegerField()
    minimum_index = serializers.IntegerField(source="entries_from")
    payloads_from = serializers.IntegerField()
    removed_at = serializers.DateTimeField(source="pruned_at")


class SystemRetentionOut(serializers.Serializer[Any]):
    """How long one system's records are kept at least, and what asks for it."""

    log = serializers.CharField(source="system.log.origin")
    months = serializers.IntegerField(source="months_kept", min_value=SIX_MONTHS)
    duties = StatedDutyOut(source="keeping.duties", many=True)
    holds = LegalHoldOut(source="keeping.holds", many=True)
    conflicts = serializers.ListField(child=serializers.CharField())
    oldest_month = serializers.DateField(allow_null=True)
    oldest_may_go_at = serializers.DateTimeField(
        source="oldest.free_at",
        allow_null=True,
        default=None,
        help_text="When no duty asks to keep the oldest month; a hold may still do.",
    )
    documents_until = serializers.DateField(allow_null=True, help_text="Art. 18(1).")
    removed = RemovedOut(source="removals", many=True)


class StandingOut(serializers.Serializer[Any]):
    """What stands against a removal; without `until` it lasts until it is lifted."""

    kind = serializers.CharField()
    ground = serializers.CharField()
    until = serializers.DateTimeField(allow_null=True)


class LogMonthOut(serializers.Serializer[Any]):
    """What one log received in a month."""

    log = serializers.CharField(source="log.origin")
    first = serializers.IntegerField()
    last = serializers.IntegerField()
    may_go_at = serializers.DateTimeField(source="free_at")
    standing = StandingOut(many=True)


class MonthOut(serializers.Serializer[Any]):
    """One month; the size on disk is that of all logs of the installation."""

    month = serializers.DateField(source="start")
    entries = serializers.IntegerField()
    size_on_disk = serializers.IntegerField()
    logs = LogMonthOut(source="lines", many=True)


class ReportOut(serializers.Serializer[Any]):
    """The dry run of a removal: nothing is removed by asking."""

    now = serializers.DateTimeField()
    through = serializers.DateField(
        allow_null=True, help_text="The newest month of which something may go now."
    )
    months = MonthOut(many=True)
