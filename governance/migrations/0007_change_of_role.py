"""Whether a change made somebody else the provider (Art. 25); answers never change."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

SQL = """
CREATE TRIGGER never_changes BEFORE UPDATE OR DELETE ON governance_chainanswer
  FOR EACH ROW EXECUTE FUNCTION governance_never_changes();
"""
BACK = "DROP TRIGGER never_changes ON governance_chainanswer;"


class Migration(migrations.Migration):

    dependencies = [
        ('governance', '0006_statements_never_change'),
        ('registry', '0008_roles_of_models_and_whose_duties'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ChainAnswer',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('letters', models.JSONField(verbose_name='answers by letter')),
                ('outcome', models.CharField(choices=[('yes', 'Somebody became the provider'), ('no', 'Nobody became the provider'), ('open', 'Not established')], max_length=10, verbose_name='outcome')),
                ('became_on', models.DateField(null=True, verbose_name='provider since')),
                ('reason', models.TextField(verbose_name='reason')),
                ('answered_at', models.DateTimeField()),
                ('answered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('change', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='chain_answers', to='registry.systemchange')),
                ('model_version', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='chain_answers', to='registry.modelversion')),
                ('operator', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.operator', verbose_name='who')),
                ('role', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='chain_answers', to='registry.operatorrole')),
                ('system', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='chain_answers', to='registry.aisystem')),
                ('task_for', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who finds out')),
                ('version', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='chain_answers', to='registry.systemversion')),
            ],
            options={
                'verbose_name': 'answer on a change of role',
                'ordering': ['-answered_at'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('change__isnull', False), ('model_version', None), ('version', None)), models.Q(('change', None), ('model_version__isnull', False), ('version', None)), models.Q(('change', None), ('model_version', None), ('version__isnull', False)), _connector='OR'), name='chain_answer_has_one_occasion'), models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'yes'), _negated=True), models.Q(('became_on__isnull', False), ('operator__isnull', False)), _connector='OR'), name='a_new_provider_has_a_name_and_a_day'), models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'open'), _negated=True), ('task_for__isnull', False), _connector='OR'), name='an_open_answer_has_somebody_who_finds_out')],
            },
        ),
        migrations.RunSQL(SQL, BACK),
    ]
