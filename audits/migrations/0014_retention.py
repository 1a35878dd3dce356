"""What may be removed when no duty asks to keep it, and the function that does it."""

from pathlib import Path

import django.db.models.deletion
import uuid
from django.db import migrations, models


SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):

    dependencies = [
        ('audits', '0013_erasure'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='duty',
            options={'permissions': [('view_retention', 'Can see how long records are kept, and why'), ('manage_retention', 'Can say how long records are kept, and hold them'), ('prepare_removal', 'Can prepare the removal of records'), ('approve_removal', 'Can approve a removal that another prepared')], 'verbose_name': 'duty to keep records', 'verbose_name_plural': 'duties to keep records'},
        ),
        migrations.AddField(
            model_name='duty',
            name='ended_reason',
            field=models.TextField(blank=True),
        ),
        migrations.CreateModel(
            name='Pruned',
            fields=[
                ('pk', models.CompositePrimaryKey('log_id', 'entry', blank=True, editable=False, primary_key=True, serialize=False)),
                ('entry', models.BigIntegerField()),
                ('month', models.DateField(help_text='first day of the newest month that went')),
                ('entries_from', models.BigIntegerField(help_text='the minimum index, a multiple of 256')),
                ('payloads_from', models.BigIntegerField(help_text='the first index of what stayed')),
                ('pruned_at', models.DateTimeField()),
                ('log', models.ForeignKey(on_delete=django.db.models.deletion.DO_NOTHING, to='audits.log')),
            ],
            options={
                'db_table': 'audits_pruned',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Removal',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('month', models.DateField(help_text='first day of the newest month that goes')),
                ('prepared_by', models.JSONField(help_text='id, name and role as they were')),
                ('prepared_id', models.TextField()),
                ('prepared_at', models.DateTimeField()),
                ('approved_by', models.JSONField(null=True)),
                ('approved_id', models.TextField(blank=True)),
                ('approved_at', models.DateTimeField(null=True)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('claimed_until', models.DateTimeField(null=True)),
                ('tries', models.IntegerField(default=0)),
                ('trouble', models.TextField(blank=True, help_text='why the last try ended')),
                ('finished_at', models.DateTimeField(null=True)),
                ('removed', models.BigIntegerField(help_text='entries that went', null=True)),
                ('logs', models.ManyToManyField(related_name='removals', to='audits.log')),
                ('record_in', models.ForeignKey(help_text="the organisation's own log", on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audits.log')),
            ],
            options={
                'db_table': 'audits_removal',
                'default_permissions': (),
                'constraints': [models.CheckConstraint(condition=models.Q(('approved_id', models.F('prepared_id')), _negated=True), name='two_people_remove'), models.CheckConstraint(condition=models.Q(('approved_at', None), models.Q(('approved_id', ''), _negated=True), _connector='OR'), name='who_approves_has_an_id')],
            },
        ),
        migrations.RunSQL((SQL / "0014_retention.sql").read_text()),
    ]
