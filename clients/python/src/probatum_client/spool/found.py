"""Finding out from a segment how far its epoch had come."""

from __future__ import annotations

import json
from typing import NamedTuple

from probatum_client.spool.files import BEAT, HEAD, unpack, whole_lines
from probatum_client.streams import Former, as_entry_writes, link


class Found(NamedTuple):
    """What a segment holds: its epoch, the boot it was begun in, the last number, the
    link of the last event, the epoch before, and whether this one was closed."""

    epoch: str
    boot: str
    last: int
    head: str
    former: Former | None
    closed: bool
    torn: int  # bytes at its end that are no whole event
    end: int  # offset behind the last whole event


def look(data: bytes) -> Found | None:
    """Return what a segment holds, or None if even its head is not whole."""
    head = newest = None
    end, closed = 0, None
    for behind, line in whole_lines(data):
        record = unpack(line)
        if record.body is None:
            continue  # if whole events follow, the reader sets it aside
        if head is None and record.id != HEAD.decode():
            return None
        end, head, is_head = behind, head or record.body, head is None
        if is_head:
            newest = record.body
        elif record.id == BEAT.decode():
            closed = json.loads(record.body)["state"] == "closed"
        else:
            newest, closed = record.body, False
    if head is None or newest is None:
        return None
    began, last = json.loads(head), json.loads(newest)
    number, chained = began["first"] - 1, began.get("head", "")
    if newest is not head:
        number = last["seq"]
        at = as_entry_writes(last.get("occurred_at", ""))
        chained = link(began["epoch"], number, last["id"], at, last.get("prev", ""))
    former = Former(*began["former"]) if began.get("former") else None
    return Found(
        began["epoch"], began["boot"], number, chained, former,
        bool(began.get("closed")) if closed is None else closed,
        len(data) - end, end,
    )  # fmt: skip
