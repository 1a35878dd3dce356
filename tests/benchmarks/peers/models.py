"""A whole event as a Django model, the same for every peer that lives in Django."""

from django.db import models


class Event(models.Model):
    id = models.UUIDField(primary_key=True)
    type = models.CharField(max_length=32)
    occurred_at = models.DateTimeField()
    model_version = models.CharField(max_length=64)
    deployment = models.CharField(max_length=64)
    input = models.JSONField()
    features = models.JSONField()
    output = models.JSONField()
    confidence = models.FloatField()
    subject = models.CharField(max_length=64)
    latency_ms = models.FloatField()
    segment = models.JSONField()

    class Meta:
        abstract = True
