"""What stands against removing records: duties to keep them, and legal holds."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

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


@dataclass(frozen=True, slots=True)
class Keeping:
    """What asks to keep the records of one log: duties by length, holds by time."""

    duties: tuple[Duty, ...]
    holds: tuple[Hold, ...]

    @property
    def months(self) -> int:
        """For how many months after receipt records are kept at least."""
        return max([SIX_MONTHS, *(duty.months for duty in self.duties)])

    def against(
        self, *, newest: datetime, now: datetime, tag: int | None = None
    ) -> list[Standing]:
        """What stands against removing records of which the newest came at `newest`.

        With a tag, the records are one subject's, and holds on other subjects do not
        count; without, the records are anybody's, and every hold of the log counts.
        """
        found = [
            Standing(Kind.DUTY, ground, until, pk)
            for ground, months, pk in self._grounds()
            if (until := months_after(newest, months)) > now
        ]
        return found + [
            Standing(Kind.HOLD, hold.reason, None, hold.pk)
            for hold in self.holds
            if tag is None or hold.tag in (None, tag)
        ]

    def _grounds(self) -> list[tuple[str, int, int | None]]:
        ground = _(
            "AI Act, Art. 19(1) and 26(6): logs are kept for at least six months"
        )
        return [
            (ground, SIX_MONTHS, None),
            *(
                (f"{duty.get_source_display()}: {duty.citation}", duty.months, duty.pk)
                for duty in self.duties
            ),
        ]


def keeping(logs: Iterable[Log]) -> dict[int, Keeping]:
    """What asks to keep the records of each of these logs, by the log's key."""
    pks = [log.pk for log in logs]
    duties, holds = defaultdict(list), defaultdict(list)
    for duty in Duty.objects.filter(log__in=pks, ended_at=None).order_by("pk"):
        duties[duty.log_id].append(duty)
    for hold in Hold.objects.filter(log__in=pks, lifted_at=None).order_by("pk"):
        holds[hold.log_id].append(hold)
    return {pk: Keeping(tuple(duties[pk]), tuple(holds[pk])) for pk in pks}


def standing_against(
    log: Log, *, newest: datetime, now: datetime, tag: int | None = None
) -> list[Standing]:
    """What stands against removing records of one log; see `Keeping.against`."""
    return keeping([log])[log.pk].against(newest=newest, now=now, tag=tag)
