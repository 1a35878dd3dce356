"""What is known of other logs as their witness, and of ours through witnesses."""

from django.db import models

from audits.log.models import Log


class Witnessed(models.Model):
    """The largest tree that we have cosigned of another installation's log.

    For whoever looks it up; what may be cosigned next is decided by the signer's state.
    """

    origin = models.TextField(primary_key=True)
    size = models.BigIntegerField(default=0)
    root = models.BinaryField()
    note = models.TextField(help_text="the checkpoint with our cosignature")
    cosigned_at = models.DateTimeField()

    class Meta:
        db_table = "audits_witnessed"


class MetaLog(models.Model):
    """Which log is the meta-log: there is one in an installation."""

    only = models.BooleanField(primary_key=True, default=True)
    log = models.OneToOneField(Log, models.PROTECT)

    class Meta:
        db_table = "audits_meta_log"
        constraints = [
            models.CheckConstraint(condition=models.Q(only=True), name="one_meta_log")
        ]


class Anchored(models.Model):
    """Where a checkpoint of a log stands in the meta-log; the first ones date best."""

    pk = models.CompositePrimaryKey("log_id", "size")
    log = models.ForeignKey(Log, models.CASCADE)
    size = models.BigIntegerField(help_text="of the log, in that checkpoint")
    idx = models.BigIntegerField(help_text="of the leaf in the meta-log")

    class Meta:
        db_table = "audits_anchored"


class Cosignature(models.Model):
    """A witness's line under a saved checkpoint of the meta-log. Never changed."""

    log = models.ForeignKey(Log, models.PROTECT)
    size = models.BigIntegerField()
    witness = models.TextField()
    line = models.TextField()
    cosigned_at = models.DateTimeField(help_text="as the witness states")

    class Meta:
        db_table = "audits_cosignature"
        constraints = [
            models.UniqueConstraint(
                fields=["log", "size", "witness"], name="a_witness_cosigns_a_size_once"
            )
        ]


class TimeStamp(models.Model):
    """A time stamp (RFC 3161) of a cosigned checkpoint of the meta-log. Never changed.

    It is of the note's bytes as they stand here, cosignatures included.
    """

    log = models.ForeignKey(Log, models.PROTECT)
    size = models.BigIntegerField()
    tsa = models.TextField(help_text="the name in its certificate")
    note = models.TextField()
    token = models.BinaryField(help_text="the reply (TimeStampResp), in DER")
    gen_time = models.DateTimeField(help_text="as the time stamp states")

    class Meta:
        db_table = "audits_timestamp"
        indexes = [models.Index(fields=["log", "size"], name="stamps_by_size")]
