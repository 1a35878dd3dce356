from django.apps import AppConfig


class AuditsConfig(AppConfig):
    """Evidence: what happened, provably."""

    name = "audits"
    verbose_name = "Evidence"
