"""The Celery application: `celery -A governance.celery worker`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "governance.settings.local")

app = Celery("probatum")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["audits.log", "audits.metrics", "governance.dossiers"])
