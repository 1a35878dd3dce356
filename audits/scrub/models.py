"""What was read again and when, how far a long run is, and what was found wrong."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audits.log.models import Log


class ScrubRun(models.Model):
    """One run that was due. Its row is the queue: a worker claims it for a while."""

    class Kind(models.TextChoices):
        SAMPLE = "sample", _("A sample")
        EVERYTHING = "everything", _("Everything")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=16, choices=Kind)
    due_at = models.DateTimeField()
    missed = models.IntegerField(
        default=0, help_text="runs of its kind that were due before it and never began"
    )
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    claimed_until = models.DateTimeField(null=True)
    claim = models.UUIDField(null=True, help_text="who works on it")
    log_id = models.IntegerField(default=0, help_text="the log that it is at")
    size = models.BigIntegerField(default=0, help_text="to which that log is read")
    next = models.BigIntegerField(default=0, help_text="the next entry of that log")
    peaks = models.BinaryField(default=b"", help_text="of the tree before `next`")
    tree_known = models.BooleanField(default=True)
    logs = models.IntegerField(default=0, help_text="read to their end")
    entries = models.BigIntegerField(default=0)
    faults = models.IntegerField(default=0)

    class Meta:
        db_table = "audits_scrub_run"
        default_permissions = ()
        permissions = [
            ("view_health", "Can see whether the evidence is kept as it should be"),
            ("acknowledge_fault", "Can acknowledge a fault that was found in a log"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "due_at"], name="a_scrub_is_due_once"
            ),
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(finished_at=None),
                name="one_scrub_of_a_kind_runs_at_a_time",
            ),
        ]


class Fault(models.Model):
    """Something wrong in a log: an alarm until a named person acknowledges it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    log = models.ForeignKey(Log, models.DO_NOTHING, db_constraint=False)
    kind = models.CharField(max_length=16, choices=ScrubRun.Kind)
    where = models.TextField()
    what = models.TextField()
    found_at = models.DateTimeField()
    seen_at = models.DateTimeField(help_text="when a run last came upon it")
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.TextField(blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        db_table = "audits_scrub_fault"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["log", "where", "what"], name="a_fault_is_told_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"
