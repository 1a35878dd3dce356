"""Dossiers: one file per request that an authority can verify without us."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.systems.models import AISystem, SystemVersion


class Dossier(models.Model):
    """The row is the queue: a lease is taken by changing it."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("Requested")
        BUILDING = "building", _("Being built")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Failed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    system = models.ForeignKey(AISystem, models.PROTECT, related_name="dossiers")
    version = models.ForeignKey(
        SystemVersion, models.PROTECT, null=True, related_name="dossiers"
    )
    as_of = models.DateTimeField(_("as of"))
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    requested_at = models.DateTimeField()
    state = models.CharField(max_length=20, choices=State, default=State.REQUESTED)
    step = models.CharField(max_length=80, blank=True)
    steps_done = models.PositiveSmallIntegerField(default=0)
    steps_total = models.PositiveSmallIntegerField(default=0)
    claim_token = models.UUIDField(null=True)
    claimed_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    failure = models.TextField(blank=True)
    contents = models.BinaryField(null=True, help_text="the frozen contents, JSON")
    contents_sha256 = models.CharField(max_length=64, blank=True)
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    pdf_size = models.PositiveBigIntegerField(null=True)
    log_size = models.BigIntegerField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("dossier")
        ordering = ["-requested_at"]

    def __str__(self) -> str:
        return f"{self.system} · {self.as_of:%Y-%m-%d}"
