"""A system's version is never changed either: technical documentation speaks of it."""

from django.db import migrations

SQL = """
CREATE TRIGGER never_changes BEFORE UPDATE OR DELETE ON registry_systemversion
  FOR EACH ROW EXECUTE FUNCTION registry_never_changes();
CREATE TRIGGER never_changes
  BEFORE UPDATE OR DELETE ON registry_systemversion_model_versions
  FOR EACH ROW EXECUTE FUNCTION registry_never_changes();
"""
BACK = """
DROP TRIGGER never_changes ON registry_systemversion;
DROP TRIGGER never_changes ON registry_systemversion_model_versions;
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0004_nothing_shadows_the_guard")]
    operations = [migrations.RunSQL(SQL, BACK)]
