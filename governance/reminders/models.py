"""What was reminded of, and the one message a person gets a day."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from governance.obligations.models import Period


class Digest(models.Model):
    """The reminders of one person on one day: one message."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="digests"
    )
    on = models.DateField()
    written_at = models.DateTimeField()
    # Empty: the process ended between writing and sending. It is never sent again.
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "on"], name="one_digest_per_person_and_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.on}"


class Reminder(models.Model):
    """That a person was reminded of a period, once for each mark before its day."""

    class Mark(models.IntegerChoices):
        MONTH = 30, _("30 days before")
        WEEK = 7, _("7 days before")
        DAY = 1, _("the day before")
        LATE = -1, _("overdue")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    period = models.ForeignKey(Period, models.CASCADE, related_name="reminders")
    digest = models.ForeignKey(Digest, models.CASCADE, related_name="reminders")
    mark = models.SmallIntegerField(choices=Mark)
    # A day that moves is reminded of anew.
    due_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["digest", "period", "mark"], name="named_once_in_a_digest"
            )
        ]

    def __str__(self) -> str:
        return f"{self.period} · {self.mark}"
