"""A bound on how much work strangers can ask of one process."""

from dataclasses import dataclass, field
from threading import Lock
from time import monotonic


@dataclass
class Bucket:
    """So many requests a second, and so many at once."""

    rate: float
    most: float
    _left: float = field(init=False)
    _at: float = field(init=False, default_factory=monotonic)
    _lock: Lock = field(init=False, default_factory=Lock)

    def __post_init__(self) -> None:
        self._left = self.most

    def take(self) -> bool:
        """Whether one more request may be answered now."""
        with self._lock:
            now = monotonic()
            self._left = min(self.most, self._left + (now - self._at) * self.rate)
            self._at = now
            if self._left < 1:
                return False
            self._left -= 1
            return True
