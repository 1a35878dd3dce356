"""Requests to erase a person from a log (GDPR Art. 17), and what was decided."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from audits.log.models import Log


class Ground(models.TextChoices):
    """Why a person is to be erased: GDPR Art. 17(1)."""

    NOT_NECESSARY = "17(1)(a)", _("(a) no longer necessary for its purpose")
    CONSENT = "17(1)(b)", _("(b) consent is withdrawn")
    OBJECTION = "17(1)(c)", _("(c) the person objects (Art. 21)")
    UNLAWFUL = "17(1)(d)", _("(d) unlawfully processed")
    OBLIGATION = "17(1)(e)", _("(e) a legal obligation to erase")
    CHILD = "17(1)(f)", _("(f) collected from a child (Art. 8(1))")


class Exemption(models.TextChoices):
    """Why records of a person may have to stay all the same: GDPR Art. 17(3)."""

    EXPRESSION = "17(3)(a)", _("(a) freedom of expression and information")
    OBLIGATION = "17(3)(b)", _("(b) a legal obligation, or a task of public interest")
    HEALTH = "17(3)(c)", _("(c) public interest in public health")
    ARCHIVING = "17(3)(d)", _("(d) archiving, research or statistics (Art. 89(1))")
    CLAIMS = "17(3)(e)", _("(e) establishment, exercise or defence of legal claims")


class Erasure(models.Model):
    """One request. It knows the person by the tag of the log's keys, never by name."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("Requested")
        POSTPONED = "postponed", _("Postponed")
        REFUSED = "refused", _("Refused")
        ERASED = "erased", _("Erased")

    OPEN = (State.REQUESTED, State.POSTPONED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    log = models.ForeignKey(Log, models.PROTECT, related_name="erasures")
    tag = models.BigIntegerField(help_text="of the person")
    ground = models.CharField(_("ground"), max_length=20, choices=Ground)
    reference = models.CharField(_("reference"), max_length=60, blank=True)
    asked_by_id = models.CharField(max_length=200)
    asked_by = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=20, choices=State, default=State.REQUESTED)
    exemption = models.CharField(max_length=20, choices=Exemption, blank=True)
    reasons = models.TextField(blank=True)
    due = models.DateField(_("due"), null=True)
    decided_by_id = models.CharField(max_length=200, blank=True)
    decided_by = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True)
    entry_idx = models.BigIntegerField(null=True, help_text="of its subject_erased")
    gone = models.IntegerField(null=True, help_text="payloads that were erased")

    class Meta:
        db_table = "audits_erasure"
        verbose_name = _("erasure of a person")
        verbose_name_plural = _("erasures of persons")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="erased")
                | ~models.Q(decided_by_id=models.F("asked_by_id")),
                name="two_people_erase_a_person",
            ),
            models.UniqueConstraint(
                fields=["log", "tag"],
                condition=models.Q(state__in=["requested", "postponed"]),
                name="one_open_request_for_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tag_text}"

    @property
    def tag_text(self) -> str:
        """The tag as entries write it."""
        return self.tag.to_bytes(8, "big", signed=True).hex()

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN
