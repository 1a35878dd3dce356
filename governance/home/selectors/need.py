"""One line of the work list."""

from dataclasses import dataclass
from datetime import datetime

from registry.systems.models import AISystem

# LIMIT: a work list is to be worked off, not to be scrolled through.
MOST = 40


@dataclass(frozen=True, slots=True)
class Need:
    """One line of work: what, on which system if on one, why, and where to do it."""

    text: str
    why: str
    system: AISystem | None
    url: str
    since: datetime | None = None
