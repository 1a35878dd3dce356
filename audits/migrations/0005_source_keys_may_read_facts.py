"""A source's key may be given the reading of its own system's facts."""

import django.contrib.postgres.fields
from django.db import migrations, models

SCOPES = [
    ("events:write", "post events"),
    ("events:read", "read events and proofs"),
    ("oversight:write", "post human reviews"),
    ("registry:read", "read the facts of its own system"),
]


class Migration(migrations.Migration):
    dependencies = [("audits", "0004_append")]
    operations = [
        migrations.AlterField(
            model_name="sourcekey",
            name="scopes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(choices=SCOPES, max_length=32),
                default=list,
                size=None,
            ),
        )
    ]
