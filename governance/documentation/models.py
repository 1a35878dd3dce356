"""Technical documentation (Art. 11, Annex IV): one text per leaf and version."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from registry.documents.models import Document
from registry.systems.models import SystemVersion


class AnnexText(models.Model):
    """What people wrote for one Annex IV leaf of one system version.

    No row means missing. A text that is edited after approval is a draft again.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        APPROVED = "approved", _("Approved")
        NOT_APPLICABLE = "not_applicable", _("Not applicable")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(
        SystemVersion, models.PROTECT, related_name="annex_texts"
    )
    leaf = models.CharField(max_length=20, help_text="for example A4-2d")
    text = models.TextField(_("text"), blank=True)
    state = models.CharField(max_length=20, choices=State, default=State.DRAFT)
    not_applicable_reason = models.TextField(_("why it does not apply"), blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    written_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True)
    approved_sha256 = models.CharField(max_length=64, blank=True)
    evidence = models.ManyToManyField(Document, blank=True, related_name="+")
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("Annex IV text")
        permissions = [("approve_annextext", "Can approve an Annex IV text")]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "leaf"], name="one_text_per_leaf_and_version"
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("author")),
                name="text_is_approved_by_a_second_person",
            ),
        ]

    def __str__(self) -> str:
        return self.leaf
