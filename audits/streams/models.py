"""What the log's entries say of its streams. Derived: rebuilt from them at any time."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from audits.log.models import Log


class Stream(models.Model):
    """One epoch of one source, as `audits.tlog.stream` makes it out of the entries."""

    log = models.ForeignKey(Log, models.CASCADE)
    source = models.TextField()
    epoch = models.TextField()
    state = models.JSONField(help_text=_("audits.tlog.stream.Stream, as JSON"))
    present = models.BigIntegerField()
    missing = models.BigIntegerField()
    gaps = models.IntegerField()
    late = models.BigIntegerField()
    faults = models.IntegerField()
    ended = models.TextField(blank=True)
    silent = models.BooleanField(help_text=_("the log declared that nothing is heard"))
    heard_at = models.DateTimeField(null=True)
    expected_by = models.DateTimeField(
        null=True, help_text=_("a heartbeat is due; none when none was ever sent")
    )
    undeclared_since = models.DateTimeField(null=True)
    filled = models.BooleanField(
        help_text=_("declared numbers came, and no entry says so yet")
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["log", "source", "epoch"], name="stream_is_of_one_epoch"
            )
        ]


class Gap(models.Model):
    """Numbers of a stream that never came."""

    stream = models.ForeignKey(Stream, models.CASCADE, related_name="holes")
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    noticed_at = models.DateTimeField()
    after_at = models.DateTimeField(null=True)
    before_at = models.DateTimeField(null=True)
    spent = models.BooleanField(help_text=_("lost by the source before it sent them"))
    declared = models.BooleanField()

    @property
    def count(self) -> int:
        return self.last - self.first + 1


class StreamDay(models.Model):
    """How many events of a source came on one day, numbered and not."""

    log = models.ForeignKey(Log, models.CASCADE)
    source = models.TextField()
    day = models.DateField()
    numbered = models.BigIntegerField(default=0)
    not_numbered = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["log", "source", "day"], name="stream_day_stands_once"
            )
        ]


class StreamMark(models.Model):
    """Up to which index a log was read for its streams; its row lock is the turn."""

    log = models.OneToOneField(Log, models.CASCADE, primary_key=True)
    idx = models.BigIntegerField(default=0, help_text=_("the first index not read"))
