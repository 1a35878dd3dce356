"""How long the records of a log have to be kept, and what must not be removed now."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from audits.log.models import Log


class Source(models.TextChoices):
    """Where a duty to keep records comes from."""

    SECTOR = "sector", _("Law of the sector")
    CONTRACT = "contract", _("Contract")
    PURPOSE = "purpose", _("Intended purpose")


class Duty(models.Model):
    """A duty to keep a log's records longer than the AI Act itself asks.

    The six months of Art. 19(1) and 26(6) need no row: they always stand.
    """

    log = models.ForeignKey(Log, models.PROTECT, related_name="duties")
    source = models.TextField(choices=Source)
    citation = models.CharField(_("provision or clause"), max_length=200)
    months = models.PositiveSmallIntegerField(_("months"))
    set_by = models.CharField(max_length=200)
    set_at = models.DateTimeField()
    ended_by = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_reason = models.TextField(blank=True)

    class Meta:
        db_table = "audits_duty"
        permissions = [
            ("view_retention", "Can see how long records are kept, and why"),
            ("manage_retention", "Can say how long records are kept, and hold them"),
            ("prepare_removal", "Can prepare the removal of records"),
            ("approve_removal", "Can approve a removal that another prepared"),
        ]
        verbose_name = _("duty to keep records")
        verbose_name_plural = _("duties to keep records")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(months__gt=0), name="a_duty_lasts_a_month"
            )
        ]

    def __str__(self) -> str:
        return self.citation


class Hold(models.Model):
    """A legal hold: nothing of this log, or of one subject, is removed while it lasts.

    GDPR Art. 17(3)(e): the establishment, exercise or defence of legal claims.
    """

    log = models.ForeignKey(Log, models.PROTECT, related_name="holds")
    tag = models.BigIntegerField(
        null=True, help_text="of the subject; none: the whole log"
    )
    reason = models.TextField(_("reason"))
    placed_by = models.CharField(max_length=200)
    placed_at = models.DateTimeField()
    lifted_by = models.CharField(max_length=200, blank=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_reason = models.TextField(blank=True)

    class Meta:
        db_table = "audits_hold"
        verbose_name = _("legal hold")
        verbose_name_plural = _("legal holds")

    def __str__(self) -> str:
        return self.reason
