from django.apps import AppConfig

# Celery binds its tasks here and not in governance/__init__.py, so that
# `python -m governance.law` loads neither Celery nor Django.
from governance.celery import app as celery_app

__all__ = ["GovernanceConfig", "celery_app"]


class GovernanceConfig(AppConfig):
    """Judgement: what the law makes of the facts."""

    name = "governance"
    verbose_name = "Governance"
