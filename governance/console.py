"""Django's admin as the console for people, roles, keys and sources."""

from django.contrib.admin.apps import AdminConfig


class ConsoleConfig(AdminConfig):
    """The admin app with our own site."""

    default_site = "django.contrib.admin.AdminSite"
