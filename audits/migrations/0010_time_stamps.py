"""Time stamps of the meta-log, and every place that a log has in it."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):

    dependencies = [
        ('audits', '0009_scrub_and_canary'),
    ]

    operations = [
        migrations.CreateModel(
            name='TimeStamp',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('size', models.BigIntegerField()),
                ('tsa', models.TextField(help_text='the name in its certificate')),
                ('note', models.TextField()),
                ('token', models.BinaryField(help_text='the reply (TimeStampResp), in DER')),
                ('gen_time', models.DateTimeField(help_text='as the time stamp states')),
                ('log', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='audits.log')),
            ],
            options={
                'db_table': 'audits_timestamp',
                'indexes': [models.Index(fields=['log', 'size'], name='stamps_by_size')],
            },
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.DeleteModel('Anchored'),
                migrations.CreateModel(
                    name='Anchored',
                    fields=[
                        ('pk', models.CompositePrimaryKey('log_id', 'size', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('size', models.BigIntegerField(help_text='of the log, in that checkpoint')),
                        ('idx', models.BigIntegerField(help_text='of the leaf in the meta-log')),
                        ('log', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='audits.log')),
                    ],
                    options={
                        'db_table': 'audits_anchored',
                    },
                ),
            ],
        ),
        migrations.RunSQL((SQL / "0010_time_stamps.sql").read_text()),
    ]
