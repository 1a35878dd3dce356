"""Facts about an operator that switch duties on or off: small enterprise, employer…"""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from governance.law.duties_load import catalogue
from governance.law.value_chain import facts
from registry.operators.models import Operator
from registry.systems.models import AISystem


class Circumstance(models.Model):
    """One statement about an operator, from a day on; the next one takes its place.

    Rows are never changed: what was stated for a day stays what duties of that day
    were derived from. `system` None: it holds for the operator wherever it acts.
    """

    class Answer(models.TextChoices):
        YES = "yes", _("Yes")
        NO = "no", _("No")
        NOT_ESTABLISHED = "not_established", _("I cannot tell")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    operator = models.ForeignKey(Operator, models.PROTECT, related_name="circumstances")
    system = models.ForeignKey(
        AISystem, models.PROTECT, null=True, blank=True, related_name="circumstances"
    )
    # An id of `governance/law/duties/who.toml`; the services refuse others.
    flag = models.CharField(_("fact"), max_length=60)
    answer = models.CharField(_("answer"), max_length=20, choices=Answer)
    held_from = models.DateField(_("from"))
    reason = models.TextField(_("reason"), blank=True)
    stated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    stated_at = models.DateTimeField()

    class Meta:
        verbose_name = _("fact about an operator")
        ordering = ["held_from", "stated_at"]
        indexes = [models.Index(fields=["operator", "flag"])]

    def __str__(self) -> str:
        question = catalogue().flags.get(self.flag)
        asked = question.text if question else self.flag
        return f"{self.operator}: {asked} {self.get_answer_display()}"

    @property
    def from_answer(self) -> bool:
        """Whether an answer of Art. 25 stated it, as `selectors.with_origin` reads."""
        return bool(getattr(self, "by_answer", False))

    @property
    def unconfirmed(self) -> bool:
        """Whether "Changes of role", which alone decides it now, has to confirm it."""
        return self.flag in facts() and not self.from_answer
