"""Runs and faults of the scrub, and the canary."""


import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('audits', '0008_duties'),
    ]

    operations = [
        migrations.CreateModel(
            name='ScrubRun',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('sample', 'A sample'), ('everything', 'Everything')], max_length=16)),
                ('due_at', models.DateTimeField()),
                ('missed', models.IntegerField(default=0, help_text='runs of its kind that were due before it and never began')),
                ('started_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('claimed_until', models.DateTimeField(null=True)),
                ('claim', models.UUIDField(help_text='who works on it', null=True)),
                ('log_id', models.IntegerField(default=0, help_text='the log that it is at')),
                ('size', models.BigIntegerField(default=0, help_text='to which that log is read')),
                ('next', models.BigIntegerField(default=0, help_text='the next entry of that log')),
                ('peaks', models.BinaryField(default=b'', help_text='of the tree before `next`')),
                ('tree_known', models.BooleanField(default=True)),
                ('logs', models.IntegerField(default=0, help_text='read to their end')),
                ('entries', models.BigIntegerField(default=0)),
                ('faults', models.IntegerField(default=0)),
            ],
            options={
                'db_table': 'audits_scrub_run',
                'permissions': [('view_health', 'Can see whether the evidence is kept as it should be'), ('acknowledge_fault', 'Can acknowledge a fault that was found in a log')],
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('kind', 'due_at'), name='a_scrub_is_due_once'), models.UniqueConstraint(condition=models.Q(('finished_at', None)), fields=('kind',), name='one_scrub_of_a_kind_runs_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='Canary',
            fields=[
                ('only', models.BooleanField(default=True, primary_key=True, serialize=False)),
                ('tried_at', models.DateTimeField(null=True)),
                ('verified_at', models.DateTimeField(help_text='when a receipt held last', null=True)),
                ('took_ms', models.IntegerField(default=0, help_text='from the post to its receipt')),
                ('note', models.TextField(blank=True, help_text='the checkpoint that held last')),
                ('trouble', models.TextField(blank=True, help_text='why the last try failed')),
                ('log', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='canary', to='audits.log')),
            ],
            options={
                'db_table': 'audits_canary',
                'default_permissions': (),
                'constraints': [models.CheckConstraint(condition=models.Q(('only', True)), name='one_canary')],
            },
        ),
        migrations.CreateModel(
            name='Fault',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('sample', 'A sample'), ('everything', 'Everything')], max_length=16)),
                ('where', models.TextField()),
                ('what', models.TextField()),
                ('found_at', models.DateTimeField()),
                ('seen_at', models.DateTimeField(help_text='when a run last came upon it')),
                ('acknowledged_at', models.DateTimeField(null=True)),
                ('acknowledged_by', models.TextField(blank=True)),
                ('reason', models.TextField(blank=True)),
                ('log', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, to='audits.log')),
            ],
            options={
                'db_table': 'audits_scrub_fault',
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('log', 'where', 'what'), name='a_fault_is_told_once')],
            },
        ),
    ]
