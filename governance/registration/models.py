"""Drafts for the EU database (Art. 49, 60, 71): what people wrote and submitted.

Nothing here is a registration. A draft is put together anew from the register each
time it is looked at; kept are the texts that people put in its place, and what
somebody said was submitted.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from registry.operators.models import Operator
from registry.systems.models import AISystem


class Registration(models.Model):
    """One section of Annex VIII or IX that one operator fills in for one system."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    system = models.ForeignKey(AISystem, models.PROTECT, related_name="registrations")
    operator = models.ForeignKey(Operator, models.PROTECT, related_name="registrations")
    # An id of `governance/law/registration`; the services refuse others.
    section = models.CharField(max_length=20)

    class Meta:
        verbose_name = _("draft for the EU database")
        permissions = [
            ("submit_registration", "Can record what was submitted to the EU database"),
            ("view_secure_registration", "Can read what Art. 49(4) keeps non-public"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["system", "operator", "section"],
                name="one_draft_per_system_operator_and_section",
            )
        ]

    def __str__(self) -> str:
        return f"{self.system} · {self.operator} · {self.section}"


class RegistrationText(models.Model):
    """What a person wrote for one field. Rows are never changed; the newest counts.

    With neither a text nor `not_applicable`, what the register says counts again.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    registration = models.ForeignKey(Registration, models.PROTECT, related_name="texts")
    field = models.CharField(max_length=30)
    revision = models.PositiveIntegerField()
    text = models.TextField(_("text"), blank=True)
    not_applicable = models.BooleanField(default=False)
    reason = models.TextField(_("reason"), blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    written_at = models.DateTimeField()

    class Meta:
        verbose_name = _("text for the EU database")
        ordering = ["field", "revision"]
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "field", "revision"],
                name="one_text_per_field_and_revision",
            ),
            models.CheckConstraint(
                condition=Q(not_applicable=False) | (Q(text="") & ~Q(reason="")),
                name="what_does_not_apply_has_a_reason_and_no_text",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field} · {self.revision}"


class RegistrationSubmission(models.Model):
    """What somebody stated was submitted, as the draft stood; never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    registration = models.ForeignKey(
        Registration, models.PROTECT, related_name="submissions"
    )
    submitted_on = models.DateField(_("submitted on"))
    reference = models.CharField(_("reference"), max_length=200)
    note = models.TextField(_("note"), blank=True)
    content = models.JSONField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of the content")
    non_public = models.BooleanField(default=False)
    stated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    stated_at = models.DateTimeField()

    class Meta:
        verbose_name = _("what was submitted to the EU database")
        ordering = ["-submitted_on", "-stated_at"]
        indexes = [models.Index(fields=["registration", "submitted_on"])]

    def __str__(self) -> str:
        return f"{self.registration.section} · {self.submitted_on}"
