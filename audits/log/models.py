"""The tables of the transparency log. Their SQL is written by hand.

Partitions, triggers and checks are part of the design (audits/migrations/sql):
Django only knows the columns. Rows of these tables are never changed.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LogClass(models.TextChoices):
    """Fixed when a log is opened; tables are partitioned by it."""

    EVIDENCE = "evidence", _("Evidence")
    SAMPLE = "sample", _("Sample, not evidence")


class Log(models.Model):
    """A named, append-only log with a key of its own."""

    id = models.AutoField(primary_key=True)
    origin = models.TextField(unique=True)
    title = models.TextField()
    log_class = models.TextField(choices=LogClass)
    vkey = models.TextField(help_text=_("Verification key (C2SP signed-note)"))
    opened_at = models.DateTimeField()

    class Meta:
        db_table = "audits_log"
        verbose_name = _("log")
        permissions = [("verify_log", "Can run verification of a log")]

    def __str__(self) -> str:
        return self.origin

    @property
    def is_sample(self) -> bool:
        return self.log_class == LogClass.SAMPLE


class Head(models.Model):
    """The newest committed size of a log; its row lock is the sequencer."""

    log = models.OneToOneField(Log, models.DO_NOTHING, primary_key=True)
    size = models.BigIntegerField()
    root = models.BinaryField()
    peaks = models.BinaryField(
        help_text="roots of the complete subtrees, largest first"
    )
    received_at = models.DateTimeField(help_text="never decreases")
    keys = models.IntegerField(
        default=0, db_default=0, help_text="the version of its subjects' keys"
    )

    class Meta:
        db_table = "audits_head"


class Entry(models.Model):
    """One leaf of one log, with the columns that lists are filtered by."""

    pk = models.CompositePrimaryKey("log_id", "idx")
    log = models.ForeignKey(Log, models.DO_NOTHING, db_constraint=False)
    log_class = models.TextField()
    idx = models.BigIntegerField()
    received_at = models.DateTimeField()
    type = models.TextField()
    event_id = models.UUIDField(null=True)
    occurred_at = models.DateTimeField(null=True)
    model_version = models.TextField(blank=True)
    deployment = models.TextField(blank=True)
    flags = models.SmallIntegerField(default=0)
    leaf_hash = models.BinaryField()
    entry = models.BinaryField()

    class Meta:
        db_table = "audits_entry"


class Tile(models.Model):
    """256 hashes of one level, written once when they are complete."""

    pk = models.CompositePrimaryKey("log_id", "level", "n")
    log = models.ForeignKey(Log, models.DO_NOTHING, db_constraint=False)
    log_class = models.TextField()
    level = models.SmallIntegerField()
    n = models.BigIntegerField()
    root = models.BinaryField(help_text="the one hash that the level above holds")
    data = models.BinaryField(help_text="8,192 bytes")

    class Meta:
        db_table = "audits_tile"


class Checkpoint(models.Model):
    """A signed checkpoint that was saved, so that later ones can be held to it."""

    pk = models.CompositePrimaryKey("log_id", "size")
    log = models.ForeignKey(Log, models.DO_NOTHING, db_constraint=False)
    log_class = models.TextField()
    size = models.BigIntegerField()
    signed_at = models.DateTimeField()
    note = models.TextField()

    class Meta:
        db_table = "audits_checkpoint"


class Pruned(models.Model):
    """How far a log was removed under the retention duty; the database writes it.

    `entry` is the log's own entry that says so: the signed tombstone.
    """

    pk = models.CompositePrimaryKey("log_id", "entry")
    log = models.ForeignKey(Log, models.DO_NOTHING)
    entry = models.BigIntegerField()
    month = models.DateField(help_text="first day of the newest month that went")
    entries_from = models.BigIntegerField(
        help_text="the minimum index, a multiple of 256"
    )
    payloads_from = models.BigIntegerField(help_text="the first index of what stayed")
    pruned_at = models.DateTimeField()

    class Meta:
        db_table = "audits_pruned"
        default_permissions = ()


class LogKey(models.Model):
    """A key that a log got after its opening, by an entry of its own. Never changed."""

    log = models.ForeignKey(Log, models.DO_NOTHING)
    vkey = models.TextField(help_text="verification key (C2SP signed-note)")
    idx = models.BigIntegerField(help_text="of the entry that says so")
    ends = models.DateTimeField(
        null=True, help_text="until when the key before it signs too"
    )
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "audits_log_key"
        constraints = [
            models.UniqueConstraint(
                fields=["log", "vkey"], name="a_log_gets_a_key_once"
            )
        ]


class EntryView(models.Model):
    """An entry as the console reads it: from a view, by one text key."""

    key = models.TextField(primary_key=True, help_text="<log>:<index>")
    log = models.ForeignKey(Log, models.DO_NOTHING, db_constraint=False)
    idx = models.BigIntegerField(_("index"))
    origin = models.TextField(_("origin"))
    received_at = models.DateTimeField(_("received"))
    type = models.TextField(_("type"))
    event_id = models.UUIDField(_("event"), null=True)
    leaf_hash = models.TextField(_("leaf hash"))

    class Meta:
        managed = False
        db_table = "audits_entry_view"
        default_permissions = ()
        verbose_name = _("entry of a log")
        verbose_name_plural = _("entries of the logs")

    def __str__(self) -> str:
        return f"{self.origin} #{self.idx}"
