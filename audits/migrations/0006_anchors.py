"""The meta-log, its witnesses, and what we cosign as a witness."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):

    dependencies = [
        ('audits', '0005_source_keys_may_read_facts'),
    ]

    operations = [
        migrations.CreateModel(
            name='Anchored',
            fields=[
                ('log', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, serialize=False, to='audits.log')),
                ('size', models.BigIntegerField(help_text='of the log, in that checkpoint')),
                ('idx', models.BigIntegerField(help_text='of the leaf in the meta-log')),
            ],
            options={
                'db_table': 'audits_anchored',
            },
        ),
        migrations.CreateModel(
            name='Witnessed',
            fields=[
                ('origin', models.TextField(primary_key=True, serialize=False)),
                ('size', models.BigIntegerField(default=0)),
                ('root', models.BinaryField()),
                ('note', models.TextField(help_text='the checkpoint with our cosignature')),
                ('cosigned_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'audits_witnessed',
            },
        ),
        migrations.CreateModel(
            name='Cosignature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('size', models.BigIntegerField()),
                ('witness', models.TextField()),
                ('line', models.TextField()),
                ('cosigned_at', models.DateTimeField(help_text='as the witness states')),
                ('log', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='audits.log')),
            ],
            options={
                'db_table': 'audits_cosignature',
                'constraints': [models.UniqueConstraint(fields=('log', 'size', 'witness'), name='a_witness_cosigns_a_size_once')],
            },
        ),
        migrations.CreateModel(
            name='MetaLog',
            fields=[
                ('only', models.BooleanField(default=True, primary_key=True, serialize=False)),
                ('log', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, to='audits.log')),
            ],
            options={
                'db_table': 'audits_meta_log',
                'constraints': [models.CheckConstraint(condition=models.Q(('only', True)), name='one_meta_log')],
            },
        ),
        migrations.RunSQL((SQL / "0006_anchors.sql").read_text()),
    ]
