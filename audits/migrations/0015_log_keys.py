"""The keys that a log got after its opening."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):

    dependencies = [
        ('audits', '0014_retention'),
    ]

    operations = [
        migrations.CreateModel(
            name='LogKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('vkey', models.TextField(help_text='verification key (C2SP signed-note)')),
                ('idx', models.BigIntegerField(help_text='of the entry that says so')),
                ('ends', models.DateTimeField(help_text='until when the key before it signs too', null=True)),
                ('recorded_at', models.DateTimeField()),
                ('log', models.ForeignKey(on_delete=django.db.models.deletion.DO_NOTHING, to='audits.log')),
            ],
            options={
                'db_table': 'audits_log_key',
                'constraints': [models.UniqueConstraint(fields=('log', 'vkey'), name='a_log_gets_a_key_once')],
            },
        ),
        migrations.RunSQL((SQL / "0015_log_keys.sql").read_text()),
    ]
