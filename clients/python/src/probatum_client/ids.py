"""Ids that sort by the time they were made, so that the newest are found together."""

import secrets
import time
from uuid import UUID

MILLISECONDS = 48
RANDOM = 74


def new_id() -> UUID:
    """Return a UUID of version 7: Unix milliseconds, then chance (RFC 9562)."""
    moment = time.time_ns() // 1_000_000 & (1 << MILLISECONDS) - 1
    chance = secrets.randbits(RANDOM)
    high, low = chance >> 62, chance & (1 << 62) - 1
    return UUID(int=moment << 80 | 7 << 76 | high << 64 | 0b10 << 62 | low)
