"""Following a log: checking that it only ever grows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from probatum_client.errors import ReceiptInvalid
from probatum_client.notes import Vkeys, check_signature, read_checkpoint
from probatum_client.trees import Tiles

if TYPE_CHECKING:
    from pathlib import Path

    from probatum_client.client import Client


@dataclass(frozen=True, slots=True)
class Growth:
    """What was found: the log had `old` entries when last looked at, and now `new`."""

    origin: str
    old: int
    new: int

    def __str__(self) -> str:
        if not self.old:
            return f"{self.origin} has {self.new} entries; none was seen before."
        if self.old == self.new:
            return f"{self.origin} has {self.new} entries, as before."
        return (
            f"{self.origin} has {self.new} entries; the first {self.old} of them are "
            "those of the last checkpoint."
        )


class Follower:
    """Remembers a log's newest checkpoint in a file, and holds the log to it.

    The file is what makes a log that was rolled back or rewritten show itself: keep it
    where the operator of the log cannot write. It changes only after everything held.
    """

    def __init__(self, client: Client, origin: str, vkey: Vkeys, state: Path) -> None:
        self._client = client
        self._origin = origin
        self._vkey = vkey
        self._state = state

    def look(self) -> Growth:
        """Fetch the newest checkpoint and check it; raise ReceiptInvalid if it is not
        signed, or if the tree does not begin with the one seen before."""
        note = self._client.checkpoint(self._origin)
        size, root = self._read(note)
        old_size, old_root = 0, None
        if self._state.exists():
            old_size, old_root = self._read(self._state.read_text())
        if size < old_size:
            raise ReceiptInvalid(
                f"{self._origin} went back from {old_size} entries to {size}."
            )
        tiles = Tiles(size, partial(self._client.tile, self._origin))
        if tiles.root(size) != root:
            raise ReceiptInvalid(
                f"The tiles of {self._origin} do not lead to the root that it signed "
                f"for {size} entries."
            )
        if old_root is not None and tiles.root(old_size) != old_root:
            raise ReceiptInvalid(
                f"The first {old_size} entries of {self._origin} are not those of the "
                "checkpoint seen before: the log was rewritten."
            )
        self._keep(note)
        return Growth(self._origin, old_size, size)

    def _read(self, note: str) -> tuple[int, bytes]:
        check_signature(note, self._vkey)
        origin, size, root = read_checkpoint(note)
        if origin != self._origin:
            raise ReceiptInvalid(f"The checkpoint is of {origin}.")
        return size, root

    def _keep(self, note: str) -> None:
        draft = self._state.with_name(self._state.name + ".new")
        draft.write_text(note)
        draft.replace(self._state)
