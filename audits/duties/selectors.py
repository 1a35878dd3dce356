"""What stands against removing records: duties to keep them, and legal holds."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Q
from django.utils.translation import gettext as _

from audits.duties.encoding import months_after
from audits.duties.models import Duty, Hold
from audits.log.models import Log

SIX_MONTHS = 6


class Kind(StrEnum):
    """What sort of thing stands against a removal."""

    DUTY = "duty"
    HOLD = "hold"


@dataclass(frozen=True, slots=True)
class Standing:
    """One thing that stands against removing certain records."""

    kind: Kind
    ground: str
    """The provision, clause or reason, in words."""
    until: datetime | None
    """When it ends; None: when somebody lifts it."""
    pk: int | None
    """Of the Duty or Hold; None for the Act's own six months."""


def standing_against(
    log: Log, *, newest: datetime, now: datetime, tag: int | None = None
) -> list[Standing]:
    """What stands against removing records of which the newest came at `newest`.

    With a tag, the records are one subject's, and holds on other subjects do not
    count; without, the records are anybody's, and every hold of the log counts.
    """
    found = [
        Standing(Kind.DUTY, ground, until, pk)
        for ground, months, pk in _duties(log)
        if (until := months_after(newest, months)) > now
    ]
    holds = Hold.objects.filter(log=log, lifted_at=None)
    if tag is not None:
        holds = holds.filter(Q(tag=None) | Q(tag=tag))
    found += [
        Standing(Kind.HOLD, hold.reason, None, hold.pk) for hold in holds.order_by("pk")
    ]
    return found


def months_to_keep(log: Log) -> int:
    """For how many months after receipt records of the log are kept at least."""
    return max(months for _ground, months, _pk in _duties(log))


def _duties(log: Log) -> list[tuple[str, int, int | None]]:
    ground = _("AI Act, Art. 19(1) and 26(6): logs are kept for at least six months")
    found: list[tuple[str, int, int | None]] = [(ground, SIX_MONTHS, None)]
    rows = Duty.objects.filter(log=log, ended_at=None).order_by("pk")
    found += [
        (f"{duty.get_source_display()}: {duty.citation}", duty.months, duty.pk)
        for duty in rows
    ]
    return found
