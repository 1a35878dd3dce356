"""Payloads are sealed; what was stored in the clear is sealed here."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

from audits.payloads.encoding import seal_with_a_seed
from audits.payloads.keys import Keys, wrap

SQL = Path(__file__).parent / "sql"
AT_ONCE = 1000


def seal_what_is_in_the_clear(apps, schema_editor):
    run = schema_editor.connection.cursor
    with run() as cursor:
        cursor.execute("ALTER TABLE audits_payload DISABLE TRIGGER no_change")
    alias = schema_editor.connection.alias
    trees = apps.get_model("audits", "KeyTree").objects.using(alias)
    logs = apps.get_model("audits", "Log").objects.using(alias)
    for log_id, origin in logs.values_list("id", "origin"):
        keys = Keys.new(origin)
        trees.create(log_id=log_id, wrapped=wrap(keys))
        _seal_log(run, log_id, keys)
    with run() as cursor:
        cursor.execute("ALTER TABLE audits_payload ENABLE TRIGGER no_change")


def _seal_log(run, log_id, keys):
    tag = keys.nobodys_tag()
    secret, key = keys.key(tag), int.from_bytes(tag, "big", signed=True)
    with run() as cursor:
        while True:
            cursor.execute(
                "SELECT idx, received_at, seed, parts FROM audits_payload"
                " WHERE log_id = %s AND key IS NULL ORDER BY idx LIMIT %s",
                [log_id, AT_ONCE],
            )
            rows = cursor.fetchall()
            if not rows:
                return
            cursor.executemany(
                "UPDATE audits_payload SET key = %s, sealed = %s"
                " WHERE log_id = %s AND idx = %s AND received_at = %s",
                [
                    (
                        key,
                        seal_with_a_seed(
                            secret, keys.origin, bytes(seed), bytes(parts)
                        ),
                        log_id,
                        idx,
                        received_at,
                    )
                    for idx, received_at, seed, parts in rows
                ],
            )


class Migration(migrations.Migration):
    dependencies = [("audits", "0006_anchors")]
    operations = [
        migrations.CreateModel(
            name="KeyTree",
            fields=[
                (
                    "log",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        serialize=False,
                        to="audits.log",
                    ),
                ),
                ("version", models.IntegerField(default=0)),
                (
                    "wrapped",
                    models.BinaryField(help_text="under the key-encryption key"),
                ),
            ],
            options={"db_table": "audits_key_tree"},
        ),
        migrations.AddField(
            "head",
            "keys",
            models.IntegerField(
                db_default=0, default=0, help_text="the version of its subjects' keys"
            ),
        ),
        migrations.RunSQL(
            "ALTER TABLE audits_payload ADD COLUMN key bigint, ADD COLUMN sealed bytea"
        ),
        migrations.RunPython(seal_what_is_in_the_clear, migrations.RunPython.noop),
        migrations.RunSQL(
            (SQL / "0007_sealed_payloads.sql").read_text(),
            state_operations=[
                migrations.RemoveField("payload", "seed"),
                migrations.RemoveField("payload", "parts"),
                migrations.AddField(
                    "payload",
                    "key",
                    models.BigIntegerField(
                        default=0,
                        help_text="the tag of the subject, by which its key is derived",
                    ),
                    preserve_default=False,
                ),
                migrations.AddField(
                    "payload",
                    "sealed",
                    models.BinaryField(
                        default=b"", help_text="see audits.payloads.encoding"
                    ),
                    preserve_default=False,
                ),
            ],
        ),
    ]
