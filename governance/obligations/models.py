"""Duties of our operators for a system, and the periods in which they are met."""

import uuid
from functools import cache

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from governance.law.duties_load import catalogue
from registry.documents.models import Document
from registry.operators.models import Operator
from registry.systems.models import AISystem


@cache
def _names() -> dict[str, str]:
    """How a duty is named where there is room for a line: in the trail, in a list."""
    return {row.id: f"{row.citation}: {row.title}" for row in catalogue().rows}


class Derivation(models.Model):
    """Out of which facts, and for which day, the duties of a system were derived.

    `digest` covers the answers, the roles, the facts about the operators, the law's
    data and the day: when one of them moves, the rows are derived again.
    """

    system = models.OneToOneField(
        AISystem, models.CASCADE, primary_key=True, related_name="derivation"
    )
    digest = models.CharField(max_length=64, blank=True)
    on = models.DateField(null=True)
    at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.system} · {self.on}"


class Obligation(models.Model):
    """One duty of the catalogue, borne by one operator for one system.

    A row never goes. When the law no longer asks it, `ended_because` says why, and
    what people wrote stays with it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    system = models.ForeignKey(AISystem, models.PROTECT, related_name="obligations")
    operator = models.ForeignKey(Operator, models.PROTECT, related_name="obligations")
    # An id of `governance/law/duties/*.toml`; ids are never used again.
    duty = models.CharField(_("duty"), max_length=60)
    borne_as = ArrayField(models.CharField(max_length=32), verbose_name=_("borne as"))
    # False: facts are missing, and it may bind.
    established = models.BooleanField(_("established"))
    applies_from = models.DateField(_("applies from"), null=True)
    applies_from_later = models.DateField(_("by another reading"), null=True)
    ended_because = models.TextField(_("why it no longer binds"), blank=True)
    ended_at = models.DateTimeField(null=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True,
        related_name="obligations", verbose_name=_("owner"),
    )  # fmt: skip
    review_months = models.PositiveSmallIntegerField(
        _("reviewed every so many months"), null=True, blank=True
    )
    derived_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("duty")
        permissions = [
            ("submit_obligation", "Can submit evidence for a duty"),
            ("accept_obligation", "Can accept or return what others submitted"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["system", "operator", "duty"],
                name="one_row_per_duty_operator_and_system",
            )
        ]
        indexes = [models.Index(fields=["owner", "system"])]

    def __str__(self) -> str:
        return _names().get(self.duty, self.duty)


class Period(models.Model):
    """One time that a duty has to be met: once, each year, or for one event.

    `event` empty: the standing period, of which one at most is current. A period of
    an event is current until it is closed.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        IN_PROGRESS = "in_progress", _("In progress")
        SUBMITTED = "submitted", _("Evidence submitted")
        SAID_NOT_APPLICABLE = "said_not_applicable", _("Said not to apply")
        ACCEPTED = "accepted", _("Accepted")
        NOT_APPLICABLE = "not_applicable", _("Not applicable")

    class Basis(models.TextChoices):
        LAW = "law", _("By the Act, from the day on which it binds you")
        STATED = "stated", _("Stated by a person")
        REVIEW = "review", _("The review interval")
        COUNTED = "counted", _("Counted from an event")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    obligation = models.ForeignKey(Obligation, models.PROTECT, related_name="periods")
    number = models.PositiveIntegerField(default=1)
    current = models.BooleanField(default=True)
    event = models.CharField(_("event"), max_length=300, blank=True)
    state = models.CharField(
        _("state"), max_length=20, choices=State, default=State.OPEN
    )
    opened_at = models.DateTimeField()
    due_on = models.DateField(_("due on"), null=True, blank=True)
    # Only for what is counted in hours, or is due at a moment.
    due_at = models.DateTimeField(null=True, blank=True)
    due_later_on = models.DateField(_("by another reading"), null=True, blank=True)
    due_basis = models.CharField(max_length=10, choices=Basis, default=Basis.LAW)
    due_reason = models.TextField(_("why this day"), blank=True)
    # What `governance/law/deadlines.py` answered, for what was counted from an event.
    counted = models.JSONField(default=dict, blank=True)
    note = models.TextField(_("note"), blank=True)
    not_applicable_reason = models.TextField(_("why it does not apply"), blank=True)
    documents = models.ManyToManyField(Document, blank=True, related_name="+")
    # Things of the product that count as evidence: [{kind, id, label}].
    links = models.JSONField(default=list, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    submitted_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    decision_note = models.TextField(blank=True)

    CLOSED = (State.ACCEPTED, State.NOT_APPLICABLE)
    WAITING = (State.SUBMITTED, State.SAID_NOT_APPLICABLE)

    class Meta:
        verbose_name = _("period of a duty")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["obligation", "number"], name="periods_are_numbered"
            ),
            models.UniqueConstraint(
                fields=["obligation"],
                condition=Q(current=True, event=""),
                name="one_standing_period_is_current",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True)
                | Q(submitted_by__isnull=True)
                | ~Q(decided_by=F("submitted_by")),
                name="evidence_is_accepted_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["accepted", "not_applicable"])
                | Q(submitted_by__isnull=False, decided_by__isnull=False),
                name="closed_periods_name_two_people",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["said_not_applicable", "not_applicable"])
                | ~Q(not_applicable_reason=""),
                name="not_applicable_has_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(due_basis="stated") | ~Q(due_reason=""),
                name="stated_day_has_a_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on"], condition=Q(current=True), name="current_by_due_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.obligation} · {self.number}"

    @property
    def is_closed(self) -> bool:
        return self.state in self.CLOSED

    @property
    def is_waiting(self) -> bool:
        return self.state in self.WAITING
