"""Django's admin as the console for people, roles, keys and sources."""

from importlib import import_module

from django.contrib.admin.apps import SimpleAdminConfig


class ConsoleConfig(SimpleAdminConfig):
    """The admin app with our own site.

    It registers what ``admin.py`` here names and discovers nothing: the apps we use
    would add their own pages (groups, sign-in attempts), which nothing cuts to an
    organisation.
    """

    default_site = "governance.console.site.ConsoleSite"

    def ready(self) -> None:
        super().ready()
        import_module("governance.console.admin")
        import_module("governance.console.records")
