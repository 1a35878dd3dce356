"""What the console shows of the log, read-only and with one text key.

The audit tables have composite keys, which Django's admin refuses. The views run
with the rights of whoever reads them, so they show nothing more than the tables.
"""

from django.db import migrations, models

VIEWS = """
CREATE VIEW audits_entry_view WITH (security_invoker = true) AS
SELECT e.log_id || ':' || e.idx AS key, e.log_id, e.idx, l.origin, e.received_at,
       e.type, e.event_id, encode(e.leaf_hash, 'hex') AS leaf_hash
FROM audits_entry e JOIN audits_log l ON l.id = e.log_id;

CREATE VIEW audits_trail_view WITH (security_invoker = true) AS
SELECT t.log_id || ':' || t.idx AS key, t.log_id, t.idx, l.origin, t.at, t.verb,
       t.subject, t.subject_label, t.actor_name, t.actor_role, t.details
FROM audits_trail t JOIN audits_log l ON l.id = t.log_id;
"""


class Migration(migrations.Migration):
    dependencies = [("audits", "0001_initial")]

    operations = [
        migrations.RunSQL(
            VIEWS, "DROP VIEW audits_entry_view; DROP VIEW audits_trail_view;"
        ),
        migrations.CreateModel(
            name="EntryView",
            fields=[
                ("key", models.TextField(help_text="<log>:<index>", primary_key=True, serialize=False)),
                ("idx", models.BigIntegerField(verbose_name="index")),
                ("origin", models.TextField(verbose_name="origin")),
                ("received_at", models.DateTimeField(verbose_name="received")),
                ("type", models.TextField(verbose_name="type")),
                ("event_id", models.UUIDField(null=True, verbose_name="event")),
                ("leaf_hash", models.TextField(verbose_name="leaf hash")),
            ],
            options={
                "verbose_name": "entry of a log",
                "verbose_name_plural": "entries of the logs",
                "db_table": "audits_entry_view",
                "managed": False,
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="TrailView",
            fields=[
                ("key", models.TextField(help_text="<log>:<index>", primary_key=True, serialize=False)),
                ("idx", models.BigIntegerField(verbose_name="index")),
                ("origin", models.TextField(verbose_name="origin")),
                ("at", models.DateTimeField(verbose_name="at")),
                ("verb", models.TextField(verbose_name="act")),
                ("subject", models.TextField(verbose_name="subject")),
                ("subject_label", models.TextField(verbose_name="name of the subject")),
                ("actor_name", models.TextField(verbose_name="person")),
                ("actor_role", models.TextField(verbose_name="role")),
                ("details", models.JSONField(verbose_name="details")),
            ],
            options={
                "verbose_name": "act of a person",
                "verbose_name_plural": "acts of people",
                "db_table": "audits_trail_view",
                "managed": False,
                "default_permissions": (),
            },
        ),
    ]
