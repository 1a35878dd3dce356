"""The fundamental rights impact assessment (Art. 27), and who was told of it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from governance.papers.models import Paper
from registry.documents.models import Document
from registry.systems.models import MemberState


class ImpactAssessment(Paper):
    """One version of a deployer's assessment for one system."""

    class Meta(Paper.Meta):
        verbose_name = _("fundamental rights impact assessment")
        permissions = [
            ("approve_impactassessment", "Can approve an impact assessment (Art. 27)")
        ]


class AuthorityNotification(models.Model):
    """That the market surveillance authority was told, or why not (Art. 27(3)).

    Rows are never changed; a mistake is mended by a further row.
    """

    class Kind(models.TextChoices):
        NOTIFIED = "notified", _("The authority was notified")
        EXEMPT = "exempt", _("Exempt: a case of Art. 46(1)")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assessment = models.ForeignKey(
        ImpactAssessment, models.PROTECT, related_name="notifications"
    )
    kind = models.CharField(max_length=20, choices=Kind)
    authority = models.CharField(_("authority"), max_length=200)
    member_state = models.CharField(
        _("Member State"), max_length=2, choices=MemberState
    )
    told_on = models.DateField(_("day"))
    reference = models.CharField(_("reference"), max_length=200, blank=True)
    reason = models.TextField(_("why it is exempt"), blank=True)
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+"
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("notification of an impact assessment")
        ordering = ["-told_on", "-recorded_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="exempt") | ~Q(reason=""),
                name="exemption_from_notification_has_a_reason",
            )
        ]

    def __str__(self) -> str:
        return f"{self.authority}, {self.told_on}"
