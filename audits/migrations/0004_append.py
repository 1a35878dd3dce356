"""Appending a few leaves to several logs in one call of the database."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("audits", "0003_added_rows")]
    operations = [migrations.RunSQL((SQL / "0004_append.sql").read_text())]
