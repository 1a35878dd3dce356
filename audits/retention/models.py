"""A removal that one person prepared and another has to approve."""

import uuid

from django.db import models
from django.db.models import F, Q

from audits.log.models import Log


class Removal(models.Model):
    """What logs received up to the end of a month is to go. The row is the queue."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    month = models.DateField(help_text="first day of the newest month that goes")
    record_in = models.ForeignKey(
        Log, models.PROTECT, related_name="+", help_text="the organisation's own log"
    )
    logs = models.ManyToManyField(Log, related_name="removals")
    prepared_by = models.JSONField(help_text="id, name and role as they were")
    prepared_id = models.TextField()
    prepared_at = models.DateTimeField()
    approved_by = models.JSONField(null=True)
    approved_id = models.TextField(blank=True)
    approved_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    claimed_until = models.DateTimeField(null=True)
    tries = models.IntegerField(default=0)
    trouble = models.TextField(blank=True, help_text="why the last try ended")
    finished_at = models.DateTimeField(null=True)
    removed = models.BigIntegerField(null=True, help_text="entries that went")

    class Meta:
        db_table = "audits_removal"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=~Q(approved_id=F("prepared_id")),
                name="two_people_remove",
            ),
            models.CheckConstraint(
                condition=Q(approved_at=None) | ~Q(approved_id=""),
                name="who_approves_has_an_id",
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.withdrawn_at is None and self.finished_at is None
