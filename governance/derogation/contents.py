"""The record of Art. 6(4) as a document: whose it is, and what to tell of it."""

from collections.abc import Iterator
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from governance.derogation.access import APPROVE, CHANGE, VIEW
from governance.derogation.models import DerogationRecord
from governance.derogation.selectors import answered, facts_of, released_on
from governance.law.derogation import Claim, Derogation, derogation
from governance.law.duties import State
from governance.law.model import Kind as FindingKind
from governance.law.words import day
from governance.papers.contents.values import Kind, Notice
from governance.papers.selectors import Versions
from registry.operators.models import OperatorRoleName


def notices(
    law: Derogation | None, versions: Versions, since: date | None
) -> Iterator[Notice]:
    """What a provider should know: disputed, given up, late, still to be stated."""
    counts = versions.counts
    if law is None:
        return
    if law.claim is Claim.DISPUTED:
        yield Notice("danger", law.answer)
    elif law.claim is not Claim.CLAIMED and counts:
        text = _(
            "The approved classification does not claim the exemption any more. "
            "Version %(n)s says what held before, and exempts nothing now."
        )
        yield Notice("danger", text % {"n": counts.number})
    if law.claim is not Claim.CLAIMED:
        return
    if counts is None:
        for task in law.open_tasks:
            text = _("To be stated, nobody has answered it yet: %(task)s")
            yield Notice("attention", text % {"task": task})
        yield _missing(law, since)
        return
    first = timezone.localtime(versions.first.decided_at).date()
    if since and first >= since and _bound(law, first):
        text = _(
            "The first version was approved on %(day)s. By the register the system was "
            "placed on the market or put into service on %(since)s; Art. 6(4) asks for "
            "the record before."
        )
        yield Notice("attention", text % {"day": day(first), "since": day(since)})


def _bound(law: Derogation, on: date) -> bool:
    """Whether the duty applied on a day: before it, nothing was late."""
    return bool(law.applies_from and law.applies_from <= on)


def _missing(law: Derogation, since: date | None) -> Notice:
    if since is None:
        return Notice(
            "attention",
            _(
                "By the register it is not on the market or in service yet. Have a "
                "version approved before that day."
            ),
        )  # fmt: skip
    tone = "danger" if law.state is State.BINDS else "attention"
    text = _(
        "On the market or in service since %(since)s without an approved record. Art. "
        "6(4) asks for it before."
    )
    return Notice(tone, text % {"since": day(since)})


KIND = Kind(
    model=DerogationRecord,
    room="derogation",
    noun="derogation_record",
    title=gettext_lazy("Record of an exemption from high-risk"),
    citation="Art. 6(4)",
    view=VIEW,
    change=CHANGE,
    approve=APPROVE,
    role=OperatorRoleName.PROVIDER.value,
    tag=FindingKind.DEROGATED.value,
    ask=derogation,
    facts=facts_of,
    answered=answered,
    since=released_on,
    notices=notices,
)
