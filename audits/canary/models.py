"""Which log is the canary's, and how its last post went."""

from django.db import models

from audits.log.models import Log


class Canary(models.Model):
    """The one canary of an installation."""

    only = models.BooleanField(primary_key=True, default=True)
    log = models.OneToOneField(Log, models.PROTECT, related_name="canary")
    tried_at = models.DateTimeField(null=True)
    verified_at = models.DateTimeField(null=True, help_text="when a receipt held last")
    took_ms = models.IntegerField(default=0, help_text="from the post to its receipt")
    note = models.TextField(blank=True, help_text="the checkpoint that held last")
    trouble = models.TextField(blank=True, help_text="why the last try failed")

    class Meta:
        db_table = "audits_canary"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=models.Q(only=True), name="one_canary")
        ]
