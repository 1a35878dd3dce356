"""Which rooms the rail shows, and to whom.

An item appears when its page exists and the person's roles open it; it is marked
as current when the page lies below its address.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from registry.people.access import active_memberships, roles_in
from registry.people.models import Organisation, Role


@dataclass(frozen=True)
class Item:
    """One line of the rail; ``roles`` empty means everybody who is signed in."""

    label: Any
    url_name: str
    icon: str
    roles: frozenset[Role] = frozenset()


INSIDE = frozenset(Role) - {Role.AUTHORITY}
GOVERNING = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})
WATCHING = GOVERNING | {Role.RISK_OFFICER, Role.COMPLIANCE_OFFICER}
ITEMS = (
    Item(_("Home"), "home:home", "house"),
    Item(_("AI systems"), "systems:list", "boxes"),
    Item(_("Operators"), "operators:list", "building-2", INSIDE),
    Item(_("Models"), "aimodels:list", "box", INSIDE),
    Item(_("Data sets"), "datasets:list", "database", INSIDE),
    Item(_("Predictions"), "predictions:all", "activity"),
    Item(_("Oversight"), "predictions:queue", "eye", INSIDE),
    Item(_("Obligations"), "obligations:all", "gavel", INSIDE),
    Item(_("Dossiers"), "dossiers:all", "file-text"),
    Item(_("The law"), "home:law", "scale"),
    Item(_("People"), "people:members", "users", GOVERNING),
    Item(_("Trail"), "predictions:organisation_trail", "list", GOVERNING),
    Item(
        _("Keys"),
        "people:keys",
        "key",
        GOVERNING | {Role.ENGINEER},
    ),
    Item(_("Retention"), "retention:report", "clock", WATCHING),
    Item(_("Health"), "health:page", "server", WATCHING),
    Item(
        _("Admin console"), "admin:index", "settings", frozenset({Role.ADMINISTRATOR})
    ),
)


def address(url_name: str, *parts: object) -> str:
    """The address of a page, or "" while its room does not exist."""
    try:
        return reverse(url_name, args=parts)
    except NoReverseMatch:
        return ""


def navigation_for(request: HttpRequest) -> list[dict[str, Any]]:
    """The items for this person, with their address and which one is current."""
    organisation: Organisation | None = getattr(request, "organisation", None)
    roles = roles_in(request.user, organisation) if organisation else set()
    shown = [
        {"label": item.label, "icon": item.icon, "url": url, "current": False}
        for item in ITEMS
        if (url := address(item.url_name)) and (not item.roles or item.roles & roles)
    ]
    below = [item for item in shown if _covers(item["url"], request.path)]
    if below:
        max(below, key=lambda item: len(item["url"]))["current"] = True
    return shown


def _covers(url: str, path: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))


def switchable(request: HttpRequest) -> Sequence[Organisation]:
    """The organisations in which the person holds a role, by name."""
    held = {m.organisation_id: m.organisation for m in active_memberships(request.user)}
    return list(held.values())
