"""What was derived from the law for each system, and what a change of it moves."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from governance.classification.models import Classification
from registry.people.models import Organisation
from registry.systems.models import AISystem


class Snapshot(models.Model):
    """What followed for a system from its approved classification, to compare by.

    Derived, and so no evidence: it goes with its system. `rules` is the digest of the
    law's data, provisions and duties. `bearers` are our operators with their roles and
    flags as they were; `findings` and `duties` are what `contents.derive` makes.
    `duties` None: the data of that day are gone, and its duties were not kept.
    """

    system = models.OneToOneField(
        AISystem, models.CASCADE, primary_key=True, related_name="law_snapshot"
    )
    classification = models.ForeignKey(Classification, models.CASCADE, related_name="+")
    rules = models.CharField(max_length=80)
    # The newest entry of the changelog that told of these data.
    known = models.CharField(max_length=100, blank=True)
    edition = models.CharField(max_length=40)
    on = models.DateField()
    bearers = models.JSONField()
    findings = models.JSONField()
    duties = models.JSONField(null=True)
    taken_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["rules", "edition"])]

    def __str__(self) -> str:
        return f"{self.system_id} · {self.rules} · {self.on}"


class LawRun(models.Model):
    """One walk over an organisation's systems, by the law of one day, in portions.

    `compare` only looks what would move. `reassess` refreshes what did not move and
    opens a re-assessment where findings do; `after` is the comparison that was read.
    """

    class Kind(models.TextChoices):
        COMPARE = "compare", _("Comparison")
        REASSESS = "reassess", _("Re-assessment")

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        SUPERSEDED = "superseded", _("Overtaken by a later change of the law")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="law_runs"
    )
    kind = models.CharField(max_length=20, choices=Kind)
    state = models.CharField(max_length=20, choices=State, default=State.RUNNING)
    rules = models.CharField(max_length=80)
    edition = models.CharField(max_length=40)
    on = models.DateField()
    after = models.ForeignKey("self", models.CASCADE, null=True, related_name="+")
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    total = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("change of the law")
        default_permissions = ("view",)
        permissions = [("start_lawrun", "Can start a re-assessment after a change")]
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kind"],
                condition=Q(state="running"),
                name="one_running_law_run_of_a_kind",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.on}"


class LawRunPortion(models.Model):
    """Some systems of a run. A worker holds the row's lock while it works on it.

    There is no lease to run out: a worker that dies loses its connection, and with it
    the lock and whatever it had written, and another takes the portion.
    """

    run = models.ForeignKey(LawRun, models.CASCADE, related_name="portions")
    number = models.PositiveIntegerField()
    systems: Any = models.JSONField()
    done = models.BooleanField(default=False)
    done_at = models.DateTimeField(null=True)
    moved = models.PositiveIntegerField(default=0)
    opened = models.PositiveIntegerField(default=0)
    # How often each move occurs among these systems.
    summary = models.JSONField(default=list)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["run", "number"], name="a_portion_stands_once_in_its_run"
            )
        ]

    def __str__(self) -> str:
        return f"{self.run_id} · {self.number}"


class LawMove(models.Model):
    """What moves for one system: findings, duties and dates, before and after.

    In a re-assessment `opened_for` is whose draft was prepared with the former answers;
    it waits until a classification made later stands beside it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run = models.ForeignKey(LawRun, models.CASCADE, related_name="moves")
    system = models.ForeignKey(AISystem, models.CASCADE, related_name="law_moves")
    findings = models.PositiveIntegerField()
    duties = models.PositiveIntegerField()
    since_rules = models.CharField(max_length=80)
    since_known = models.CharField(max_length=100, blank=True)
    since_edition = models.CharField(max_length=40)
    since_on = models.DateField()
    moves = models.JSONField()
    opened_at = models.DateTimeField(null=True)
    opened_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("move of a system")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["run", "system"], name="a_system_moves_once_in_a_run"
            )
        ]

    def __str__(self) -> str:
        return f"{self.system_id} · {self.findings} + {self.duties}"
