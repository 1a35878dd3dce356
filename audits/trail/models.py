"""Acts of people in Probatum: the searchable side of the trail entries."""

from django.db import models

from audits.log.models import Log


class TrailEntry(models.Model):
    """One act. Actor and subject as they were then, never a foreign key."""

    pk = models.CompositePrimaryKey("log_id", "idx")
    log = models.ForeignKey(Log, models.DO_NOTHING, db_constraint=False)
    log_class = models.TextField()
    idx = models.BigIntegerField()
    at = models.DateTimeField()
    verb = models.TextField(help_text="<noun>.<past participle>")
    subject = models.TextField(help_text="<kind>:<id>")
    subject_label = models.TextField(blank=True)
    actor_id = models.TextField(blank=True)
    actor_name = models.TextField()
    actor_role = models.TextField(blank=True)
    details = models.JSONField(default=dict)

    class Meta:
        db_table = "audits_trail"
