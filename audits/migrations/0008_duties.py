"""Duties to keep records, and legal holds."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('audits', '0007_sealed_payloads'),
    ]

    operations = [
        migrations.CreateModel(
            name='Hold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tag', models.BigIntegerField(help_text='of the subject; none: the whole log', null=True)),
                ('reason', models.TextField(verbose_name='reason')),
                ('placed_by', models.CharField(max_length=200)),
                ('placed_at', models.DateTimeField()),
                ('lifted_by', models.CharField(blank=True, max_length=200)),
                ('lifted_at', models.DateTimeField(null=True)),
                ('lifted_reason', models.TextField(blank=True)),
                ('log', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='audits.log')),
            ],
            options={
                'verbose_name': 'legal hold',
                'verbose_name_plural': 'legal holds',
                'db_table': 'audits_hold',
            },
        ),
        migrations.CreateModel(
            name='Duty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.TextField(choices=[('sector', 'Law of the sector'), ('contract', 'Contract'), ('purpose', 'Intended purpose')])),
                ('citation', models.CharField(max_length=200, verbose_name='provision or clause')),
                ('months', models.PositiveSmallIntegerField(verbose_name='months')),
                ('set_by', models.CharField(max_length=200)),
                ('set_at', models.DateTimeField()),
                ('ended_by', models.CharField(blank=True, max_length=200)),
                ('ended_at', models.DateTimeField(null=True)),
                ('log', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='duties', to='audits.log')),
            ],
            options={
                'verbose_name': 'duty to keep records',
                'verbose_name_plural': 'duties to keep records',
                'db_table': 'audits_duty',
                'constraints': [models.CheckConstraint(condition=models.Q(('months__gt', 0)), name='a_duty_lasts_a_month')],
            },
        ),
    ]
