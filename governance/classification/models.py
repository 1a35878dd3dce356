"""What the Act makes of a system: verdicts, frozen with their edition."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import ExpressionWrapper, F, Q
from django.utils.translation import gettext_lazy as _

from registry.systems.models import AISystem


class ClassificationDraft(models.Model):
    """Answers that somebody is still giving in the wizard.

    `removed` keeps answers that another answer made obsolete: when the question
    comes back they are proposed, and never counted before they are given again.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    system = models.ForeignKey(AISystem, models.CASCADE, related_name="drafts")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+"
    )
    answers = models.JSONField(default=dict)
    # Of each answer: who gave it last, when, how they know, and what backs it.
    provenance = models.JSONField(default=dict)
    removed = models.JSONField(default=dict)
    # Empty: the law in force on the day of asking.
    on = models.DateField(_("law as on"), null=True, blank=True)
    edition = models.CharField(max_length=40, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["system", "author"], name="one_draft_per_person_and_system"
            )
        ]


class Classification(models.Model):
    """One verdict with its answers and reasons, as it stood on a date."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Waits for approval")
        APPROVED = "approved", _("Approved")
        RETURNED = "returned", _("Returned to its author")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    system = models.ForeignKey(AISystem, models.PROTECT, related_name="classifications")
    made_at = models.DateTimeField()
    on = models.DateField(_("law as on"))
    edition = models.CharField(max_length=40)
    answers = models.JSONField()
    # Empty in rows from before answers had one; their digest stays valid.
    provenance = models.JSONField(default=dict)
    verdict = models.JSONField()
    # Whether a finding says so, established or not: asked for of many systems at once.
    may_be_high_risk = models.GeneratedField(
        expression=ExpressionWrapper(
            Q(verdict__contains={"findings": [{"kind": "high_risk"}]}),
            output_field=models.BooleanField(),
        ),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    digest = models.CharField(
        max_length=64, help_text="SHA-256 of answers, their provenance, and verdict"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=20, choices=State, default=State.PROPOSED)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("classification")
        ordering = ["-made_at"]
        permissions = [("approve_classification", "Can approve a classification")]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("author")),
                name="approver_is_not_author",
            )
        ]

    def __str__(self) -> str:
        return f"{self.system} · {self.on}"


class FactRequest(models.Model):
    """One fact that nobody could tell, asked of a person of the organisation.

    The answer is proposed to whoever classifies the system; it counts for nothing
    until they take it into their answers.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    system = models.ForeignKey(AISystem, models.PROTECT, related_name="fact_requests")
    # The id of a question of the law room; the services refuse others.
    fact = models.CharField(_("fact"), max_length=80)
    asked_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    answer = models.JSONField(null=True)
    source = models.CharField(_("how do you know?"), max_length=300, blank=True)
    evidence = models.JSONField(default=list)
    answered_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("request for a fact")
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["system", "fact"],
                condition=Q(answered_at__isnull=True, withdrawn_at__isnull=True),
                name="a_fact_is_asked_of_one_person_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answer__isnull=True)
                | Q(answered_at__isnull=False, answer__isnull=False),
                name="an_answer_has_its_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.system} · {self.fact}"

    @property
    def waits(self) -> bool:
        """Whether the person still has to answer."""
        return self.answered_at is None and self.withdrawn_at is None
