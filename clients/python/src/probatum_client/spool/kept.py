"""What a spool keeps for ever: the server's answers, and the events it refused.

Receipts are kept as the server sent them, one compressed line for each answer: the
producer's own copy is what an operator of a log cannot take back. Nothing here is
removed by the client; what is no longer wanted is removed by its owner.
"""

from __future__ import annotations

import gzip
import json
import logging
import os
import zlib
from base64 import b64encode
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from probatum_client.receipts import Receipt, read_receipts
from probatum_client.spool.files import (
    Record,
    open_private,
    private_folder,
    write_all,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

logger = logging.getLogger(__name__)
RECEIPTS = ".jsonl.gz"


class Kept:
    """The receipts of one lane, and its events that the server will not take.

    A new file of receipts is begun each day and each time the sending starts, so that
    what a crash cut short is always the end of a file.
    """

    def __init__(self, lane: Path) -> None:
        self._lane = lane
        self._folder = private_folder(lane.parent / "receipts")
        self._handle, self._offset, self._day = -1, 0, ""

    def receipts(self, answer: bytes) -> None:
        """Keep an answer; when this returns, it is on disk."""
        now = datetime.now(UTC)
        day = now.date().isoformat()
        if day != self._day:
            self.close()
            name = f"{now:%Y-%m-%dT%H%M%S.%f}Z-{self._lane.name}{RECEIPTS}"
            self._handle = open_private(self._folder / name, os.O_RDWR | os.O_EXCL)
            self._offset, self._day = 0, day
        line = b'{"at":"%b","answer":%b}\n' % (now.isoformat().encode(), answer)
        member = gzip.compress(line, 1)
        write_all(self._handle, member, self._offset)
        os.fsync(self._handle)
        self._offset += len(member)

    def aside(self, records: Iterable[tuple[Record, int | None, str]]) -> None:
        """Set events aside, each with the status and the words that refused it."""
        lines = [_aside_line(*each) for each in records]
        if not lines:
            return
        handle = open_private(self._lane / "aside.jsonl", os.O_WRONLY | os.O_APPEND)
        try:
            os.write(handle, b"".join(lines))
            os.fsync(handle)
        finally:
            os.close(handle)

    def checkpoint(self) -> str | None:
        """Return the newest checkpoint that the server answered here."""
        path = self._lane / "checkpoint"
        return path.read_text() if path.exists() else None

    def keep_checkpoint(self, note: str) -> None:
        """Remember a checkpoint in place of the one before."""
        draft = self._lane / "checkpoint.new"
        draft.write_text(note)
        draft.replace(self._lane / "checkpoint")

    def close(self) -> None:
        """Close the file of receipts."""
        if self._handle >= 0:
            os.close(self._handle)
        self._handle, self._day = -1, ""


def kept_receipts(path: Path) -> Iterator[Receipt]:
    """Yield the receipts that a spool keeps, from its folder or from one file of it.

    What a crash cut short at the end of a file is logged and left out: its events were
    sent again, and their receipts stand in a later file.
    """
    folder = path / "receipts" if (path / "receipts").is_dir() else path
    files = sorted(folder.glob(f"*{RECEIPTS}")) if folder.is_dir() else [path]
    for file in files:
        try:
            with gzip.open(file) as lines:
                for line in lines:
                    yield from read_receipts(json.loads(line)["answer"])
        except (EOFError, zlib.error, gzip.BadGzipFile):
            logger.warning("%s ends in the middle of an answer.", file)


def set_aside(lane: Path) -> list[dict[str, Any]]:
    """Return the events that were set aside in a lane, each with its reason."""
    path = lane / "aside.jsonl"
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text().splitlines()]


def _aside_line(record: Record, status: int | None, reason: str) -> bytes:
    logger.error("Set aside event %s: %s", record.id or "(unreadable)", reason)
    told = {
        "at": datetime.now(UTC).isoformat(),
        "status": status,
        "reason": reason,
    }
    if record.body is None:
        told["line_base64"] = b64encode(record.line).decode()
    text = json.dumps(told, ensure_ascii=False).encode()
    if record.body is None:
        return text + b"\n"
    return b'%b,"event":%b}\n' % (text[:-1], record.body)  # byte for byte
