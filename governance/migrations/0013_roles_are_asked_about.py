"""Taking up a role is asked about too (Art. 25); what may be high-risk is a column."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

# PostgreSQL leaves index and constraint the name of the old column, and the new
# column of that name needs both.
NAMES = """
DO $$
DECLARE found record;
BEGIN
  FOR found IN SELECT conname FROM pg_constraint
    WHERE conrelid = 'governance_chainanswer'::regclass AND conname LIKE '%\\_role\\_id\\_%'
  LOOP
    EXECUTE format('ALTER TABLE governance_chainanswer RENAME CONSTRAINT %I TO %I',
      found.conname, replace(found.conname, '_role_id_', '_given_role_id_'));
  END LOOP;
  FOR found IN SELECT indexname FROM pg_indexes
    WHERE tablename = 'governance_chainanswer' AND indexname LIKE '%\\_role\\_id\\_%'
  LOOP
    EXECUTE format('ALTER INDEX %I RENAME TO %I',
      found.indexname, replace(found.indexname, '_role_id_', '_given_role_id_'));
  END LOOP;
END $$;
"""
BACK = NAMES.replace(
    "LIKE '%\\_role", "LIKE '%\\_given\\_role"
).replace(
    "'_role_id_', '_given_role_id_'", "'_given_role_id_', '_role_id_'"
)


class Migration(migrations.Migration):

    dependencies = [
        ('governance', '0012_answers_have_a_provenance'),
        ('registry', '0008_roles_of_models_and_whose_duties'),
    ]

    operations = [
        migrations.RenameField('chainanswer', 'role', 'given_role'),
        migrations.RunSQL(NAMES, BACK),
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
