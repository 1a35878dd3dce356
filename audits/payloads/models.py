"""What the leaves commit to: kept beside the log, so that it can be erased."""

from django.db import models

from audits.log.models import Log


class Payload(models.Model):
    """The parts of one entry's payload, encrypted under its subject's key."""

    pk = models.CompositePrimaryKey("log_id", "idx")
    log = models.ForeignKey(Log, models.DO_NOTHING, db_constraint=False)
    log_class = models.TextField()
    idx = models.BigIntegerField()
    received_at = models.DateTimeField()
    key = models.BigIntegerField(
        help_text="the tag of the subject, by which its key is derived"
    )
    sealed = models.BinaryField(help_text="see audits.payloads.encoding")

    class Meta:
        db_table = "audits_payload"


class KeyTree(models.Model):
    """What the keys of a log's subjects are derived from, wrapped.

    Only erasing changes the row: it takes keys away and counts `version` up.
    """

    log = models.OneToOneField(Log, models.PROTECT, primary_key=True)
    version = models.IntegerField(default=0)
    wrapped = models.BinaryField(help_text="under the key-encryption key")

    class Meta:
        db_table = "audits_key_tree"
