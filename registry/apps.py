from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """Facts: what operators state about their AI systems."""

    name = "registry"
    verbose_name = "Registry"
