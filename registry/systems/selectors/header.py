"""The header that every page of a system begins with."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits.log.models import Checkpoint, Head, Log
from registry.operators.models import OperatorRoleName
from registry.people.access import may
from registry.people.models import User
from registry.systems.models import AISystem, OperatorRole

# Tab, its label, its page, and the permission that opens it.
TABS = (
    (
        "overview",
        gettext_lazy("Overview"),
        "systems:overview",
        "registry.view_aisystem",
    ),
    (
        "classification",
        gettext_lazy("Classification"),
        "classification:overview",
        "governance.view_classification",
    ),
    (
        "duties",
        gettext_lazy("Duties"),
        "obligations:of_system",
        "governance.view_obligation",
    ),
    # For those who read what comes of the duties, and not the work on them.
    (
        "duties",
        gettext_lazy("Registration"),
        "registration:of_system",
        "governance.view_registration",
    ),
    (
        "versions",
        gettext_lazy("Versions"),
        "systems:versions",
        "registry.view_aisystem",
    ),
    ("data", gettext_lazy("Data"), "datasets:of_system", "registry.view_dataset"),
    (
        "predictions",
        gettext_lazy("Predictions"),
        "predictions:list",
        "registry.view_predictions",
    ),
    (
        "oversight",
        gettext_lazy("Oversight"),
        "predictions:oversight",
        "registry.view_predictions",
    ),
    ("trail", gettext_lazy("Trail"), "predictions:trail", "registry.view_trail"),
    (
        "documentation",
        gettext_lazy("Documentation"),
        "documentation:overview",
        "governance.view_annextext",
    ),
    (
        "retention",
        gettext_lazy("Retention"),
        "retention:system",
        "audits.view_retention",
    ),
    ("dossiers", gettext_lazy("Dossiers"), "dossiers:list", "governance.view_dossier"),
)


@dataclass(frozen=True, slots=True)
class LogLine:
    """State of a log in one line: entries, the newest, the last saved checkpoint."""

    size: int
    last_entry_at: datetime | None
    checkpoint_at: datetime | None
    checkpoint_size: int | None

    @property
    def text(self) -> str:
        if self.checkpoint_at is None:
            return _("no checkpoint saved yet")
        saved = date_format(timezone.localtime(self.checkpoint_at), "j M Y H:i")
        return _("checkpoint saved %(when)s") % {"when": saved}


@dataclass(frozen=True, slots=True)
class Header:
    """What the header of every page of a system says."""

    pk: UUID
    name: str
    intended_purpose: str
    findings: list[dict[str, Any]]
    is_sample: bool
    provider: str
    deployer: str
    live: list[str]
    log_state: LogLine


def system_header(
    system: AISystem,
    user: User | AnonymousUser,
    active: str,
    *,
    at: datetime | None = None,
) -> dict[str, Any]:
    """Context of ``_system_header.html``: ``system``, ``header`` and ``tabs``.

    Tabs of rooms that do not exist, or that the person may not open, are left out.
    """
    now = at or timezone.now()
    roles = roles_on(system, now.date())
    return {
        "system": system,
        "header": Header(
            pk=system.pk,
            name=system.name,
            intended_purpose=system.intended_purpose,
            findings=system.findings,
            is_sample=system.is_sample,
            provider=_holders(roles, OperatorRoleName.PROVIDER),
            deployer=_holders(roles, OperatorRoleName.DEPLOYER),
            live=live_versions([system], now).get(system.pk, []),
            log_state=log_line(system.log),
        ),
        "tabs": _tabs(system, user, active),
    }


def roles_on(system: AISystem, day: date) -> list[OperatorRole]:
    """The operators' roles for the system that are held on that day."""
    rows = system.operator_roles.select_related("operator").filter(held_from__lte=day)
    return [r for r in rows if r.held_until is None or r.held_until >= day]


def live_versions(systems: Iterable[AISystem], at: datetime) -> dict[UUID, list[str]]:
    """Names of the versions that are live, with stage and share unless in full."""
    periods = apps.get_model("registry", "LivePeriod")._default_manager
    rows = periods.filter(
        deployment__system__in=[system.pk for system in systems], period__contains=at
    ).select_related("version", "deployment")
    found: dict[UUID, list[str]] = defaultdict(list)
    for row in rows.order_by("-share", "version__name"):
        words = row.version.name
        if row.stage != "full":
            words = f"{words} ({row.get_stage_display()}, {row.share.normalize():f} %)"
        if words not in found[row.deployment.system_id]:
            found[row.deployment.system_id].append(words)
    return dict(found)


def log_line(log: Log) -> LogLine:
    """The state of the log: two small reads by primary key."""
    head = Head.objects.get(log=log)
    saved = Checkpoint.objects.filter(log=log).order_by("-size").first()
    return LogLine(
        size=head.size,
        last_entry_at=head.received_at if head.size else None,
        checkpoint_at=saved.signed_at if saved else None,
        checkpoint_size=saved.size if saved else None,
    )


def page_address(url_name: str, system: AISystem, *parts: object) -> str:
    """The address of a page of the system, or "" while its room does not exist."""
    try:
        return reverse(url_name, args=[system.pk, *parts])
    except NoReverseMatch:
        return ""


def _holders(roles: Iterable[OperatorRole], name: OperatorRoleName) -> str:
    return ", ".join(str(r.operator) for r in roles if r.role == name)


def _tabs(
    system: AISystem, user: User | AnonymousUser, active: str
) -> list[dict[str, Any]]:
    shown: dict[str, dict[str, Any]] = {}
    for tab, label, url_name, permission in TABS:
        if tab in shown or not may(user, permission, system.organisation):
            continue
        if url := page_address(url_name, system):
            shown[tab] = {
                "label": str(label), "url": url, "current": tab == active, "count": None
            }  # fmt: skip
    return list(shown.values())
