"""Numbers derived from entries, per day; rebuilt from the log at any time."""

from django.db import models

from audits.log.models import Log


class DayFigure(models.Model):
    """One number of one day: how many entries, and the sum of what they say."""

    log = models.ForeignKey(Log, models.CASCADE)
    day = models.DateField()
    model_version = models.TextField(blank=True)
    name = models.TextField(help_text="events, latency_ms, cost, output:approve, act:…")
    count = models.BigIntegerField(default=0)
    total = models.FloatField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["log", "day", "model_version", "name"],
                name="figure_stands_once_a_day",
            )
        ]


class Watermark(models.Model):
    """Up to which index the figures of a log have been counted."""

    log = models.OneToOneField(Log, models.CASCADE, primary_key=True)
    idx = models.BigIntegerField(default=0, help_text="the first index not counted")
