"""Taking up a role is asked about too (Art. 25); what may be high-risk is a column."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

# The index keeps the name of the old column, which that of the new column needs.
OLD, NEW = (
    "governance_chainanswer_role_id_35b5e58d",
    "governance_chainanswer_given_role_id_db39f28b",
)


class Migration(migrations.Migration):

    dependencies = [
        ('governance', '0013_reminders_go_to_a_person'),
        ('registry', '0008_roles_of_models_and_whose_duties'),
    ]

    operations = [
        migrations.RenameField('chainanswer', 'role', 'given_role'),
        migrations.RunSQL(
            f'ALTER INDEX {OLD} RENAME TO {NEW}', f'ALTER INDEX {NEW} RENAME TO {OLD}'
        ),
        migrations.AlterField(
            model_name='chainanswer',
            name='given_role',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='given_by', to='registry.operatorrole'),
        ),
        migrations.AddField(
            model_name='chainanswer',
            name='role',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='chain_answers', to='registry.operatorrole'),
        ),
        migrations.RemoveConstraint('chainanswer', 'chain_answer_has_one_occasion'),
        migrations.AddConstraint(
            model_name='chainanswer',
            constraint=models.CheckConstraint(
                condition=Q(
                    Q(change__isnull=True, model_version__isnull=True, role__isnull=True, version__isnull=False),
                    Q(change__isnull=True, model_version__isnull=False, role__isnull=True, version__isnull=True),
                    Q(change__isnull=False, model_version__isnull=True, role__isnull=True, version__isnull=True),
                    Q(change__isnull=True, model_version__isnull=True, role__isnull=False, version__isnull=True),
                    _connector='OR',
                ),
                name='chain_answer_has_one_occasion',
            ),
        ),
        migrations.AddField(
            model_name='classification',
            name='may_be_high_risk',
            field=models.GeneratedField(db_persist=True, expression=models.ExpressionWrapper(Q(verdict__contains={'findings': [{'kind': 'high_risk'}]}), output_field=models.BooleanField()), output_field=models.BooleanField()),
        ),
    ]
