from django.apps import AppConfig


class AuditsConfig(AppConfig):
    """Evidence: what happened, provably."""

    name = "audits"
    verbose_name = "Evidence"

    def ready(self) -> None:
        """Refuse to start on a key in the settings that is none."""
        # The settings are read only now.
        from audits.anchors import keys  # noqa: PLC0415

        keys.witnessed_logs()
        keys.witnesses()
        keys.time_stamper()
