"""When the sample's events happened and what they are called: instants spread over a
period before a given moment, and ids that follow from what they name.

An id depends on the workspace's salt, so that two workspaces never share one. Nothing
here reads the clock.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, UUID, uuid5

from governance.sample.dataset import draw

if TYPE_CHECKING:
    from collections.abc import Iterator


def instants(count: int, start: datetime, end: datetime, salt: str) -> list[datetime]:
    """Return `count` instants in order, one in each equal part of the period, at a
    place drawn from the salt."""
    part = (end - start) / max(count, 1)
    return [start + part * (k + draw(salt, "instant", k)) for k in range(count)]


def name_id(salt: str, *parts: object) -> UUID:
    """Return the id of what the parts name."""
    return uuid5(NAMESPACE_URL, "/".join(["probatum-sample", salt, *map(str, parts)]))


def instant(moment: datetime) -> str:
    """Write an instant as the API takes it."""
    return (
        moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    )


def sequence(salt: str) -> Iterator[dict[str, str | int]]:
    """Number the events of one producer."""
    number = 0
    while True:
        number += 1
        yield {"epoch": f"sample-{salt}", "seq": number}
