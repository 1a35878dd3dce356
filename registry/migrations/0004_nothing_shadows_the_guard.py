"""The guard of versions reads our catalogue, never a temporary table of that name."""

from django.db import migrations

SQL = """
ALTER FUNCTION registry_never_changes() SET search_path = pg_catalog, public, pg_temp;
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0003_versions_never_change")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
