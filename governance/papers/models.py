"""A document that an Article asks an operator for: in versions, approved, frozen."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from registry.operators.models import Operator
from registry.systems.models import AISystem


class Paper(models.Model):
    """One version of the document of one operator about one system.

    `parts` holds what people wrote, by element: text, choice, evidence, facts, author,
    time and revision. `frozen` is what was read when it was proposed, with the facts
    behind it; `digest` is its SHA-256. An approved version never changes again.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PROPOSED = "proposed", _("Waits for approval")
        APPROVED = "approved", _("Approved")
        RETURNED = "returned", _("Returned to its authors")

    OPEN = (State.DRAFT, State.PROPOSED, State.RETURNED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    system = models.ForeignKey(AISystem, models.PROTECT, related_name="%(class)ss")
    operator = models.ForeignKey(Operator, models.PROTECT, related_name="%(class)ss")
    number = models.PositiveIntegerField(_("version"))
    state = models.CharField(max_length=20, choices=State, default=State.DRAFT)
    parts = models.JSONField(default=dict)
    frozen = models.JSONField(null=True)
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of frozen")
    # Everybody who wrote or proposed a part of this version; none of them approves.
    authors = ArrayField(models.UUIDField())
    begun_at = models.DateTimeField()
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    proposed_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        abstract = True
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["system", "operator", "number"],
                name="%(class)s_version_has_one_number",
            ),
            models.UniqueConstraint(
                fields=["system", "operator"],
                condition=~Q(state="approved"),
                name="%(class)s_has_one_open_version",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True)
                | Q(
                    Func(
                        F("decided_by"),
                        F("authors"),
                        # ORDER: by name, as migrations write and compare them.
                        arg_joiner=" = ANY (",
                        output_field=models.BooleanField(),
                        template="NOT (%(expressions)s))",
                    )
                ),
                name="%(class)s_is_decided_by_no_author",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved")
                | Q(decided_by__isnull=False, frozen__isnull=False) & ~Q(digest=""),
                name="%(class)s_is_approved_by_somebody_with_a_digest",
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.number}: {self.system}"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN
