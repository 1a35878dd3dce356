"""A Django site on PostgreSQL for one peer: its settings and its tables."""

import os
from urllib.parse import parse_qs, unquote, urlsplit

import django
from django.conf import settings
from django.core.management import call_command

url = urlsplit(os.environ["PEER_DATABASE_URL"])


def begin(*apps: str, **more: object) -> None:
    """Set Django up with these apps, as its deployment checklist has it."""
    settings.configure(
        SECRET_KEY="peer",
        DEBUG=False,
        USE_TZ=True,
        INSTALLED_APPS=[
            "django.contrib.contenttypes",
            "django.contrib.auth",
            *apps,
            "tests.benchmarks.peers",
        ],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": url.path.lstrip("/"),
                "USER": url.username,
                "PASSWORD": unquote(url.password or ""),
                "HOST": parse_qs(url.query).get("host", [url.hostname])[0],
                "CONN_MAX_AGE": None,
            }
        },
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        **more,
    )
    django.setup()


def make_tables() -> None:
    call_command("migrate", "auth", verbosity=0)  # histories name the user
    call_command("migrate", run_syncdb=True, verbosity=0)
