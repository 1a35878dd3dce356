"""The assessment of Art. 27 as a document: whose it is, and what to tell of it."""

from collections.abc import Iterator
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from governance.fria.access import APPROVE, CHANGE, VIEW
from governance.fria.models import ImpactAssessment
from governance.fria.selectors import facts_of, owed, used_since
from governance.law.duties import State
from governance.law.fria import Fria, fria
from governance.law.model import Kind as FindingKind
from governance.law.words import day
from governance.papers.contents.values import Kind, Notice
from governance.papers.selectors import Versions
from registry.operators.models import OperatorRoleName

OWED = (State.BINDS, State.LATER)


def notices(
    law: Fria | None, versions: Versions, since: date | None
) -> Iterator[Notice]:
    """What a deployer should know: before first use, late, not notified."""
    counts = versions.counts
    if law is None or law.state not in OWED:
        return
    if counts is None:
        yield _missing(law, since)
        return
    first = timezone.localtime(versions.first.decided_at).date()
    if since and first > since and _bound(law, first):
        text = _(
            "The first version was approved on %(day)s. By the register the system has "
            "been in use since %(since)s; Art. 27(1) asks for it before."
        )
        yield Notice("attention", text % {"day": day(first), "since": day(since)})
    if not counts.notifications.all():
        text = _(
            "No notification of the market surveillance authority is recorded for "
            "version %(n)s (Art. 27(3))."
        )
        yield Notice("attention", text % {"n": counts.number})


def _bound(law: Fria, on: date) -> bool:
    """Whether the duty applied on a day: before it, nothing was late."""
    return bool(law.applies_from and law.applies_from <= on)


def _missing(law: Fria, since: date | None) -> Notice:
    """No version is approved: how bad that is depends on use and on the date."""
    if since is None:
        return Notice(
            "attention",
            _(
                "By the register it is not in use yet. Have a version approved before "
                "the first use."
            ),
        )  # fmt: skip
    if law.state is State.BINDS:
        text = _(
            "In use since %(since)s without an approved assessment. Art. 27(1) asks "
            "for it before the first use."
        )
        return Notice("danger", text % {"since": day(since)})
    text = _(
        "In use since %(since)s without an approved assessment. The duty does not "
        "apply yet; have one approved before it does."
    )
    return Notice("attention", text % {"since": day(since)})


KIND = Kind(
    model=ImpactAssessment,
    room="fria",
    noun="impact_assessment",
    title=gettext_lazy("Fundamental rights impact assessment"),
    citation="Art. 27",
    view=VIEW,
    change=CHANGE,
    approve=APPROVE,
    role=OperatorRoleName.DEPLOYER.value,
    tag=FindingKind.HIGH_RISK.value,
    ask=fria,
    facts=facts_of,
    answered=owed,
    since=used_since,
    notices=notices,
    prefetch=("notifications",),
)
