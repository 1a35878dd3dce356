"""What the application's role may add to the log's tables, and must not shadow."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("audits", "0002_admin_view")]
    operations = [migrations.RunSQL((SQL / "0003_added_rows.sql").read_text())]
