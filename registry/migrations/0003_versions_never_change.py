"""Facts of Art. 10(2)(a), (3) and (4); versions that PostgreSQL does not let change.

Versions of models and data sets, and their figures, are never changed.

The tables' owner may still delete them, which wiping the sample does; nobody updates.
"""

from django.db import migrations, models

SQL = """
CREATE FUNCTION registry_never_changes() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_OP = 'DELETE' AND pg_has_role(current_user,
       (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'MEMBER') THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'a version is never changed: % on % is refused', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation', HINT = 'Register a new version.';
END $$;
CREATE TRIGGER never_changes BEFORE UPDATE OR DELETE ON registry_modelversion
  FOR EACH ROW EXECUTE FUNCTION registry_never_changes();
CREATE TRIGGER never_changes BEFORE UPDATE OR DELETE ON registry_metric
  FOR EACH ROW EXECUTE FUNCTION registry_never_changes();
CREATE TRIGGER never_changes BEFORE UPDATE OR DELETE ON registry_datasetversion
  FOR EACH ROW EXECUTE FUNCTION registry_never_changes();
"""
BACK = """
DROP TRIGGER never_changes ON registry_modelversion;
DROP TRIGGER never_changes ON registry_metric;
DROP TRIGGER never_changes ON registry_datasetversion;
DROP FUNCTION registry_never_changes();
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0002_throttle")]
    operations = [
        migrations.AddField(
            model_name="datasetversion",
            name="design_choices",
            field=models.TextField(
                blank=True, default="", verbose_name="design choices (Art. 10(2)(a))"
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="datasetversion",
            name="representativeness",
            field=models.TextField(
                blank=True,
                default="",
                verbose_name="representativeness and setting (Art. 10(3) and (4))",
            ),
            preserve_default=False,
        ),
        migrations.RunSQL(SQL, BACK),
    ]
