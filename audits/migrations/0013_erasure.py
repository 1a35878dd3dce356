"""Erasing a person: requests, and the one function that may remove something."""

from pathlib import Path

import django.db.models.deletion
import uuid
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):

    dependencies = [
        ('audits', '0012_append'),
    ]

    operations = [
        migrations.CreateModel(
            name='Erasure',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('tag', models.BigIntegerField(help_text='of the person')),
                ('ground', models.CharField(choices=[('17(1)(a)', '(a) no longer necessary for its purpose'), ('17(1)(b)', '(b) consent is withdrawn'), ('17(1)(c)', '(c) the person objects (Art. 21)'), ('17(1)(d)', '(d) unlawfully processed'), ('17(1)(e)', '(e) a legal obligation to erase'), ('17(1)(f)', '(f) collected from a child (Art. 8(1))')], max_length=20, verbose_name='ground')),
                ('reference', models.CharField(blank=True, max_length=60, verbose_name='reference')),
                ('asked_by_id', models.CharField(max_length=200)),
                ('asked_by', models.CharField(max_length=200)),
                ('asked_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('requested', 'Requested'), ('postponed', 'Postponed'), ('refused', 'Refused'), ('erased', 'Erased')], default='requested', max_length=20)),
                ('exemption', models.CharField(blank=True, choices=[('17(3)(a)', '(a) freedom of expression and information'), ('17(3)(b)', '(b) a legal obligation, or a task of public interest'), ('17(3)(c)', '(c) public interest in public health'), ('17(3)(d)', '(d) archiving, research or statistics (Art. 89(1))'), ('17(3)(e)', '(e) establishment, exercise or defence of legal claims')], max_length=20)),
                ('reasons', models.TextField(blank=True)),
                ('due', models.DateField(null=True, verbose_name='due')),
                ('decided_by_id', models.CharField(blank=True, max_length=200)),
                ('decided_by', models.CharField(blank=True, max_length=200)),
                ('decided_at', models.DateTimeField(null=True)),
                ('entry_idx', models.BigIntegerField(help_text='of its subject_erased', null=True)),
                ('gone', models.IntegerField(help_text='payloads that were erased', null=True)),
                ('log', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='erasures', to='audits.log')),
            ],
            options={
                'verbose_name': 'erasure of a person',
                'verbose_name_plural': 'erasures of persons',
                'db_table': 'audits_erasure',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'erased'), _negated=True), models.Q(('decided_by_id', models.F('asked_by_id')), _negated=True), _connector='OR'), name='two_people_erase_a_person'), models.UniqueConstraint(condition=models.Q(('state__in', ['requested', 'postponed'])), fields=('log', 'tag'), name='one_open_request_for_a_person')],
            },
        ),
        migrations.RunSQL((SQL / "0013_erasure.sql").read_text()),
    ]
