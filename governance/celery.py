"""The Celery application: `celery -A governance.celery worker`."""

import logging.config
import os
from typing import Any

from celery import Celery, signals
from django.conf import settings
from django.db import connection
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "governance.settings.local")

app = Celery("probatum")
app.config_from_object("django.conf:settings", namespace="CELERY")
# The ids of the request that asked and of the job itself stand in every log line.
app.steps["worker"].add(DjangoStructLogInitStep)
app.autodiscover_tasks(
    [
        "audits.anchors",
        "audits.canary",
        "audits.log",
        "audits.metrics",
        "audits.retention",
        "audits.scrub",
        "audits.streams",
        "governance.dossiers",
        "governance.health",
        "governance.law_changes",
        "governance.obligations",
        "governance.reminders",
    ]
)


@signals.setup_logging.connect
def log_as_the_web_does(**_options: Any) -> None:
    """Keep Celery from setting up logs of its own."""
    logging.config.dictConfig(settings.LOGGING)


@signals.worker_init.connect
@signals.beat_init.connect
def refuse_unsafe_role(**_options: Any) -> None:
    """Worker and beat, like the web, never start as owner or superuser."""
    # Django's apps are ready only now: this module is what loads them.
    from governance.access.database import refuse_to_start  # noqa: PLC0415

    refuse_to_start(connection)
