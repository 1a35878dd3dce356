"""Human oversight (Art. 14): the searchable side of the oversight entries."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from audits.log.models import Log


class Act(models.TextChoices):
    """What the person made of the output (Art. 14(4)(d) and (e))."""

    CONFIRMED = "confirmed", _("Confirmed")
    NOT_USED = "not_used", _("Not used")
    DISREGARDED = "disregarded", _("Disregarded")
    OVERRIDDEN = "overridden", _("Overridden")
    REVERSED = "reversed", _("Reversed")
    STOPPED = "stopped", _("Stopped")


class Review(models.Model):
    """One oversight entry, as lists and figures read it."""

    pk = models.CompositePrimaryKey("log_id", "idx")
    log = models.ForeignKey(Log, models.DO_NOTHING, db_constraint=False)
    log_class = models.TextField()
    idx = models.BigIntegerField()
    review_id = models.UUIDField()
    prediction_id = models.UUIDField()
    prediction_idx = models.BigIntegerField()
    act = models.TextField(choices=Act)
    reason_code = models.TextField(blank=True)
    shown_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField()
    human = models.BooleanField(help_text="a natural person decided, not a rule")
    authenticated_by = models.TextField(help_text="session, or source KEY")
    person_name = models.TextField()
    person_role = models.TextField(blank=True)
    confirms = models.UUIDField(null=True, help_text="a second person's confirmation")
    corrects = models.UUIDField(null=True)

    class Meta:
        db_table = "audits_review"
        permissions = [("add_review_of_prediction", "Can review a prediction")]
