"""Acts of people in Probatum: the searchable side of the trail entries."""

from django.db import models
from django.utils.translation import gettext_lazy as _

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

    @property
    def words(self) -> str:
        """The verb as words: "system.registered" is "System registered"."""
        return self.verb.replace(".", " ").replace("_", " ").capitalize()


class TrailView(models.Model):
    """An act as the console reads it: from a view, by one text key."""

    key = models.TextField(primary_key=True, help_text="<log>:<index>")
    log = models.ForeignKey(Log, models.DO_NOTHING, db_constraint=False)
    idx = models.BigIntegerField(_("index"))
    origin = models.TextField(_("origin"))
    at = models.DateTimeField(_("at"))
    verb = models.TextField(_("act"))
    subject = models.TextField(_("subject"))
    subject_label = models.TextField(_("name of the subject"))
    actor_name = models.TextField(_("person"))
    actor_role = models.TextField(_("role"))
    details = models.JSONField(_("details"))

    class Meta:
        managed = False
        db_table = "audits_trail_view"
        default_permissions = ()
        verbose_name = _("act of a person")
        verbose_name_plural = _("acts of people")

    def __str__(self) -> str:
        return f"{self.verb} · {self.subject_label or self.subject}"
