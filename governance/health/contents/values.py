"""One thing that is watched, and how it is."""

from dataclasses import dataclass
from datetime import datetime

OK, ATTENTION, DANGER, NEUTRAL = "ok", "attention", "danger", "neutral"


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing that is watched."""

    name: str
    label: str
    tone: str
    word: str
    says: str
    at: datetime | None
    means: str
    todo: str

    @property
    def needs_somebody(self) -> bool:
        return self.tone in (ATTENTION, DANGER)
