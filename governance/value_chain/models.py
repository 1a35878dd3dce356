"""Whether a change made somebody else the provider (Art. 25): answers of people."""

import uuid
from functools import reduce
from operator import or_

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from registry.aimodels.models import ModelVersion
from registry.operators.models import Operator
from registry.systems.models import AISystem, OperatorRole, SystemChange, SystemVersion

# What can be an occasion: each has its column.
KINDS = ("version", "model_version", "change", "role")


def _only(named: str) -> Q:
    return Q(**{f"{kind}__isnull": kind != named for kind in KINDS})


class ChainAnswer(models.Model):
    """One answer to one occasion: a version, model version, dated change or role.

    Rows are never changed. A later answer to the same occasion takes the place of an
    earlier one, which stays as history.
    """

    class Outcome(models.TextChoices):
        YES = "yes", _("Somebody became the provider")
        NO = "no", _("Nobody became the provider")
        OPEN = "open", _("Not established")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    system = models.ForeignKey(AISystem, models.PROTECT, related_name="chain_answers")
    # The occasion: exactly one of the four.
    version = models.ForeignKey(
        SystemVersion, models.PROTECT, null=True, related_name="chain_answers"
    )
    model_version = models.ForeignKey(
        ModelVersion, models.PROTECT, null=True, related_name="chain_answers"
    )
    change = models.ForeignKey(
        SystemChange, models.PROTECT, null=True, related_name="chain_answers"
    )
    # Taken up: a role that can turn into a provider's.
    role = models.ForeignKey(
        OperatorRole, models.PROTECT, null=True, related_name="chain_answers"
    )
    # {"art-25-1-a": "yes" | "no" | "not_established", …}: ids of the law room.
    letters = models.JSONField(_("answers by letter"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    operator = models.ForeignKey(
        Operator, models.PROTECT, null=True, related_name="+", verbose_name=_("who")
    )
    became_on = models.DateField(_("provider since"), null=True)
    # The row that this answer put into the register, to be ended when it is revised.
    given_role = models.ForeignKey(
        OperatorRole, models.PROTECT, null=True, related_name="given_by"
    )
    reason = models.TextField(_("reason"))
    task_for = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("who finds out"),
    )
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField()

    class Meta:
        verbose_name = _("answer on a change of role")
        ordering = ["-answered_at"]
        constraints = [
            models.CheckConstraint(
                condition=reduce(or_, map(_only, KINDS)),
                name="chain_answer_has_one_occasion",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="yes")
                | Q(operator__isnull=False, became_on__isnull=False),
                name="a_new_provider_has_a_name_and_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="open") | Q(task_for__isnull=False),
                name="an_open_answer_has_somebody_who_finds_out",
            ),
        ]

    def __str__(self) -> str:
        who = f": {self.operator}" if self.operator else ""
        return f"{self.get_outcome_display()}{who}"

    @property
    def occasion_kind(self) -> str:
        """Which of the four columns names the occasion."""
        return next(kind for kind in KINDS if getattr(self, f"{kind}_id"))

    @property
    def occasion_id(self) -> uuid.UUID:
        """The id of the version, the model version, the change or the role."""
        found: uuid.UUID = getattr(self, f"{self.occasion_kind}_id")
        return found
