"""What the leaves commit to: kept beside the log, so that it can be erased."""

from django.db import models

from audits.log.models import Log


class Payload(models.Model):
    """The parts of one entry's payload and the seed of their salts."""

    pk = models.CompositePrimaryKey("log_id", "idx")
    log = models.ForeignKey(Log, models.DO_NOTHING, db_constraint=False)
    log_class = models.TextField()
    idx = models.BigIntegerField()
    received_at = models.DateTimeField()
    seed = models.BinaryField(help_text="32 random bytes; salt = HMAC(seed, role)")
    parts = models.BinaryField(help_text="a JSON object: role -> the committed bytes")

    class Meta:
        db_table = "audits_payload"
