"""A line on a terminal that says how far a long check is; silent anywhere else."""

import shutil
import time
from typing import TextIO

BAR = 24
EVERY = 0.1
"""Seconds between two drawings."""


class Bar:
    """Told how many entries of how many are done; draws on a terminal only."""

    def __init__(self, stream: TextIO) -> None:
        """Begin to count the time."""
        self.stream, self.shown = stream, stream.isatty()
        self.began = time.monotonic()
        self.drawn = 0.0

    def __call__(self, done: int, size: int) -> None:
        """Draw, but not too often."""
        now = time.monotonic()
        if self.shown and (now - self.drawn >= EVERY or done >= size):
            self.drawn = now
            columns = shutil.get_terminal_size().columns
            line = bar_line(done, size, now - self.began)[: max(columns - 1, 0)]
            self.stream.write(f"\r\x1b[K{line}")
            self.stream.flush()

    def close(self) -> None:
        """Take the line away, so that the report begins on a clean one."""
        if self.shown and self.drawn:
            self.stream.write("\r\x1b[K")
            self.stream.flush()


def bar_line(done: int, size: int, seconds: float) -> str:
    """Return the bar, its share, counts, speed and the time that is left."""
    share = done / size if size else 1.0
    full = int(share * BAR)
    rate = done / seconds if seconds > 0 else 0.0
    left = int((size - done) / rate) if rate else 0
    return (
        f"[{'#' * full}{'-' * (BAR - full)}] {share:4.0%}  {done:,} of {size:,} "
        f"entries  {rate:,.0f}/s  {left // 60}:{left % 60:02d} left"
    )
