"""Appending a few leaves in one call that holds the heads for itself alone."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("audits", "0011_streams")]
    operations = [migrations.RunSQL((SQL / "0012_append.sql").read_text())]
