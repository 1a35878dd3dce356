"""Where prediction events come from, and what keeps their ids unique for ever."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from rest_framework_api_key.models import AbstractAPIKey

from audits.log.models import Log


class EventSource(models.Model):
    """A service that posts events into one log."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    log = models.ForeignKey(Log, models.PROTECT, related_name="sources")
    name = models.CharField(_("name"), max_length=64)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    active = models.BooleanField(_("active"), default=True)
    by_field = models.BooleanField(
        _("single fields can be disclosed"),
        default=False,
        help_text=_("Entries commit to each field of an event, not to its parts only."),
    )

    class Meta:
        verbose_name = _("event source")
        verbose_name_plural = _("event sources")
        constraints = [
            models.UniqueConstraint(
                fields=["log", "name"], name="source_name_is_unique_in_its_log"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Flag:
    """What intake noticed; bits of the column ``flags``."""

    UNKNOWN_MODEL_VERSION = 1
    UNKNOWN_DEPLOYMENT = 2
    LATE = 4

    NAMES = {1: "unknown_model_version", 2: "unknown_deployment", 4: "late"}

    @classmethod
    def names(cls, flags: int) -> list[str]:
        return [name for bit, name in cls.NAMES.items() if flags & bit]


class Scope(models.TextChoices):
    """What the holder of a source's key may do."""

    EVENTS_WRITE = "events:write", _("post events")
    EVENTS_READ = "events:read", _("read events and proofs")
    OVERSIGHT_WRITE = "oversight:write", _("post human reviews")
    REGISTRY_READ = "registry:read", _("read the facts of its own system")


class SourceKey(AbstractAPIKey):
    """An API key of one event source: shown once, stored hashed."""

    source = models.ForeignKey(EventSource, models.PROTECT, related_name="keys")
    scopes = ArrayField(models.CharField(max_length=32, choices=Scope), default=list)

    class Meta:
        ordering = ("-created",)
        verbose_name = _("source key")
        verbose_name_plural = _("source keys")


class EventId(models.Model):
    """An id that a log has seen; unique for ever, whatever is erased."""

    pk = models.CompositePrimaryKey("log_id", "event_id")
    log = models.ForeignKey(Log, models.DO_NOTHING, db_constraint=False)
    log_class = models.TextField()
    event_id = models.UUIDField()
    idx = models.BigIntegerField()
    body_mac = models.BinaryField(help_text="HMAC of the bytes that were posted")

    class Meta:
        db_table = "audits_event_id"


class KnownName(models.Model):
    """A model version or deployment that the registry wrote down for a log.

    The registry lies above this floor: it tells, intake only looks up, so that
    an event with an unknown version is accepted and flagged.
    """

    class Kind(models.TextChoices):
        MODEL_VERSION = "model_version"
        DEPLOYMENT = "deployment"

    log = models.ForeignKey(Log, models.CASCADE)
    kind = models.TextField(choices=Kind)
    name = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["log", "kind", "name"], name="known_name_is_said_once"
            )
        ]
