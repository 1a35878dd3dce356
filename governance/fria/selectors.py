"""What the register knows for an assessment of Art. 27, and since when it is used."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from audits.metrics.models import DayFigure
from governance.classification.models import Classification
from governance.documentation.models import AnnexText
from governance.fria.models import AuthorityNotification
from governance.law.duties import State
from governance.law.fria import Fria
from governance.law.words import day as in_words
from governance.papers.contents.values import Fact
from governance.papers.models import Paper
from governance.papers.selectors import decided
from registry.deployments.models import Deployment, LivePeriod
from registry.operators.models import Operator, OperatorRoleName
from registry.people.models import Membership, Role
from registry.systems.models import AISystem, MemberState
from registry.systems.selectors import live_versions

# LIMIT: of a text of the documentation so much is proposed; the rest is one click away.
EXCERPT = 1_500
# What of the technical documentation helps a deployer, as the fact that it becomes.
LEAVES = {
    "annex-iv-1-h": "instructions",
    "annex-iv-2-e": "oversight",
    "annex-iv-3": "limits",
}
OVERVIEW, LIVE = "systems:overview", "deployments:of_system"
DOCUMENTATION = "documentation:overview"


def facts_of(
    system: AISystem, classified: Classification | None, today: date
) -> tuple[Fact, ...]:
    """Everything that the register may propose, in the order of the elements."""
    places = list(Deployment.objects.filter(system=system).order_by("name"))
    named = (f"{p.name} ({p.endpoint})" if p.endpoint else p.name for p in places)
    stops = (f"{p.name}: {p.fallback}" for p in places if p.fallback)
    states = dict(MemberState.choices)
    live = live_versions([system], timezone.now()).get(system.pk, [])
    return (
        Fact("purpose", _("Intended purpose"), system.intended_purpose, OVERVIEW),
        Fact("deployments", _("Where it runs"), "; ".join(named), LIVE),
        Fact("live", _("Versions in use"), "; ".join(live), LIVE),
        Fact("in_service", _("Put into service"), _day(system.put_into_service_on),
             OVERVIEW),
        Fact("first_live", _("First version live"), _day(first_live(system)), LIVE),
        Fact("volume", _("How often it was used"), _volume(system, today),
             "predictions:list", watched=False),
        Fact("affected", _("Affected persons"), system.affected_persons, OVERVIEW),
        Fact("member_states", _("Member States"),
             ", ".join(str(states[code]) for code in sorted(system.member_states)),
             OVERVIEW),
        Fact("findings", _("What the Act makes of it"),
             "; ".join(f"{f['label']} ({f['citation']})" for f in system.findings),
             "classification:overview"),
        Fact("overseers", _("People who oversee it here"),
             ", ".join(_overseers(system)), "predictions:oversight"),
        Fact("fallback", _("What happens when it is stopped"), "; ".join(stops), LIVE),
        *_documented(system),
        Fact("classification", _("Approved classification"), decided(classified),
             "classification:overview"),
    )  # fmt: skip


def used_since(system: AISystem, today: date) -> Callable[[Operator], date | None]:
    """The first day on which a deployer used it, as far as the register knows."""
    roles = system.operator_roles.filter(
        role=OperatorRoleName.DEPLOYER, held_from__lte=today
    )
    held: dict[Any, date] = {}
    for operator, since in roles.order_by("-held_from").values_list(
        "operator", "held_from"
    ):
        held[operator] = since
    began = [day for day in (system.put_into_service_on, first_live(system)) if day]
    first = min(began, default=today + timedelta(days=1))

    def of(operator: Operator) -> date | None:
        since = held.get(operator.pk)
        return None if since is None or first > today else max(since, first)

    return of


def first_live(system: AISystem) -> date | None:
    """The day on which a version first ran anywhere."""
    rows = LivePeriod.objects.filter(deployment__system=system)
    starts = rows.order_by("period").values_list("period", flat=True)
    first = starts.first()
    lower: datetime | None = first.lower if first else None
    return timezone.localtime(lower).date() if lower else None


def notifications_of(paper: Paper) -> list[AuthorityNotification]:
    """Who was told of this version, newest first."""
    rows = AuthorityNotification.objects.filter(assessment=paper.pk)
    return list(rows.select_related("document", "recorded_by"))


def notified(paper: Paper) -> list[dict[str, Any]]:
    """The same as plain values, for what is handed out."""
    return [
        {
            "kind": row.kind,
            "authority": row.authority,
            "member_state": row.member_state,
            "told_on": row.told_on,
            "reference": row.reference,
            "reason": row.reason,
            "file_sha256": row.document.sha256 if row.document else "",
            "recorded_by": str(row.recorded_by),
            "recorded_at": row.recorded_at,
        }
        for row in notifications_of(paper)
    ]


def _day(day: date | None) -> str:
    return in_words(day) if day else ""


def _volume(system: AISystem, today: date) -> str:
    since = today - timedelta(days=30)
    rows = DayFigure.objects.filter(log=system.log_id, name="events", day__gt=since)
    count = rows.aggregate(n=Sum("count"))["n"] or 0
    if not count:
        return ""
    return _("%(n)s predictions in the last 30 days") % {"n": f"{count:,}"}


def _overseers(system: AISystem) -> Iterator[str]:
    now = timezone.now()
    rows = Membership.objects.filter(
        Q(until__isnull=True) | Q(until__gt=now),
        organisation=system.organisation_id,
        role=Role.OVERSEER,
    )
    yield from rows.order_by("user__name").values_list("user__name", flat=True)


def _documented(system: AISystem) -> Iterator[Fact]:
    """Approved texts of the newest version that has them."""
    labels = {
        "instructions": _("Instructions for use (Annex IV, point 1(h))"),
        "oversight": _("Human oversight (Annex IV, point 2(e))"),
        "limits": _("Capabilities and limits (Annex IV, point 3)"),
    }
    rows = AnnexText.objects.filter(
        version__system=system, leaf__in=LEAVES, state=AnnexText.State.APPROVED
    )
    in_turn = rows.order_by("version__created_at").values_list("leaf", "text")
    newest = {LEAVES[leaf]: text for leaf, text in in_turn}
    for name, label in labels.items():
        yield Fact(name, label, _excerpt(newest.get(name, "")), DOCUMENTATION)


def _excerpt(text: str) -> str:
    return text if len(text) <= EXCERPT else f"{text[:EXCERPT].rstrip()} …"


def owed(law: Fria | None) -> tuple[Fact, ...]:
    """Whether the assessment is owed; that a date has passed is no change of it."""
    words = {State.OPEN: _("not established"), State.NOT: _("does not bind")}
    text = words.get(law.state, _("binds")) if law else ""
    return (Fact("owed", _("Art. 27"), text, "classification:overview"),)
