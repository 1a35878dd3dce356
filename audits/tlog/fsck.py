"""Recompute a whole log from its entries and say what is wrong, and where.

First the entries and the leaf hashes in tile/0 are read and folded up to a root
each. The side that gives the signed root is right, so a difference is reported once,
at the file that was changed. If neither does, each layer is compared with the layer
below it.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from audits.tlog.checkpoint import Checkpoint, open_checkpoint, parse
from audits.tlog.hashing import ProofInvalid, fold
from audits.tlog.note import Verifier, parse_note
from audits.tlog.report import LimitReached, Report
from audits.tlog.source import (
    Folder,
    Source,
    read_checkpoint,
    read_entries,
    read_hashes,
)
from audits.tlog.tile import (
    ENTRIES,
    TILE_LEVELS,
    WIDTH,
    TileRef,
    bundle_leaves,
    level_tiles,
)
from audits.tlog.verify import note_signatures

Progress = Callable[[int, int], None]
"""Told how many entries of how many are done."""


class Difference(NamedTuple):
    """An entry whose leaf hash is not the one in its tile."""

    ref: TileRef
    at: int
    ours: bytes
    theirs: bytes
    moved: int | None
    """Position in the same tile that has this entry's hash, if any."""


def root_of(row: list[bytes]) -> bytes:
    """Return the root over `row`; empty when some of it is unknown."""
    return fold(row) if row and b"" not in row else b""


def same(row: list[bytes], found: Checkpoint) -> bool:
    """Tell whether `row` is known and gives the checkpoint's root."""
    return b"" not in row and fold(row) == found.root


def bundle_path(ref: TileRef) -> str:
    """Return the path of the bundle whose leaf hashes this tile holds."""
    return TileRef(ENTRIES, ref.n, ref.width).path


class Audit:
    """One pass over a log; `run` fills the report."""

    def __init__(self, source: Source, report: Report, progress: Progress) -> None:
        """Prepare a pass that reads `source` and writes into `report`."""
        self.source, self.report, self.progress = source, report, progress
        self.from_entries: list[bytes] = []
        self.from_tiles: list[bytes] = []
        self.differences: list[Difference] = []
        self.entries_whole = True
        self.entries_signed = self.tiles_signed = False

    def run(self, log: Verifier, witnesses: Sequence[Verifier]) -> None:
        """Check the checkpoint, every entry, every tile and the root."""
        try:
            found = self._checkpoint(log, witnesses)
            if found is not None:
                self._tree(found)
        except LimitReached:
            self.report.conclusions.append(
                f"stopped after {len(self.report.faults)} faults; there may be more"
            )

    def _checkpoint(
        self, log: Verifier, witnesses: Sequence[Verifier]
    ) -> Checkpoint | None:
        try:
            data = read_checkpoint(self.source)
        except ProofInvalid as error:
            self.report.fault("checkpoint", error)
            return None
        try:
            opened = open_checkpoint(data, log, witnesses)
        except ProofInvalid as error:
            self.report.fault("checkpoint", error)
            return self._unsigned(data)
        note_signatures(self.report, opened)
        return opened.checkpoint

    def _unsigned(self, data: bytes) -> Checkpoint | None:
        """Return what the checkpoint says, to look for further faults with."""
        try:
            return parse(parse_note(data).text)
        except ProofInvalid:
            return None

    def _tree(self, found: Checkpoint) -> None:
        report, size = self.report, found.size
        report.facts.update(log=found.origin, size=size, root=found.root.hex())
        for ref in level_tiles(0, size):
            self._bundle(ref)
            self.progress(ref.first_entry + ref.width, size)
        self.entries_signed = self.entries_whole and same(self.from_entries, found)
        self.tiles_signed = same(self.from_tiles, found)
        for each in self.differences:
            self._differ(each)
        below, level = self.from_tiles, 1
        if self.entries_signed:
            below = self.from_entries
            report.held.append(f"all {size} entries give the checkpoint's root")
        while size >> TILE_LEVELS * level:
            below = self._level(level, size, below)
            level += 1
        self._conclude(found)
        if isinstance(self.source, Folder):
            self._surplus(self.source.surplus(size))

    def _bundle(self, ref: TileRef) -> None:
        """Compare a bundle's entries with the tile of their leaf hashes."""
        computed: list[bytes] = []
        stored = self._stored(ref)
        try:
            computed = bundle_leaves(read_entries(self.source, ref.n, ref.width))
        except ProofInvalid as error:
            last = ref.first_entry + ref.width - 1
            where = f"{bundle_path(ref)} (entries {ref.first_entry} to {last})"
            self.entries_whole = False
            self.report.fault(where, error)
        total = root_of(stored or computed)
        self.from_tiles.append(total)
        if computed and stored and computed != stored:
            total = root_of(computed)
            self._note_differences(ref, computed, stored)
        self.from_entries.append(total)

    def _stored(self, ref: TileRef) -> list[bytes]:
        try:
            return read_hashes(self.source, ref)
        except ProofInvalid as error:
            self.report.fault(ref.path, error)
            return []

    def _note_differences(
        self, ref: TileRef, computed: list[bytes], stored: list[bytes]
    ) -> None:
        for at, (ours, theirs) in enumerate(zip(computed, stored, strict=True)):
            if ours != theirs and len(self.differences) < self.report.limit:
                moved = stored.index(ours) if ours in stored else None
                self.differences.append(Difference(ref, at, ours, theirs, moved))

    def _differ(self, each: Difference) -> None:
        entry = each.ref.first_entry + each.at
        if self.entries_signed:
            where, what = f"{each.ref.path} position {each.at}", "not the leaf hash of"
            self.report.fault(
                where, f"{what} entry {entry}", each.ours.hex(), each.theirs.hex()
            )
            return
        what = f"its leaf hash is not the one in {each.ref.path} at position {each.at}"
        if each.moved is not None:
            what += f"; these bytes belong at entry {each.ref.first_entry + each.moved}"
        where = f"{bundle_path(each.ref)} entry {entry}"
        self.report.fault(where, what, each.theirs.hex(), each.ours.hex())

    def _level(self, level: int, size: int, below: list[bytes]) -> list[bytes]:
        """Compare one level's tiles with the full tiles below; return their roots."""
        roots = []
        for ref in level_tiles(level, size):
            start = ref.n * WIDTH
            computed = below[start : start + ref.width]
            stored = self._stored(ref) or computed
            for at, (ours, theirs) in enumerate(zip(computed, stored, strict=True)):
                if ours and ours != theirs:
                    under = TileRef(level - 1, start + at).path
                    what = f"the hash at position {at} is not the root of {under}"
                    self.report.fault(ref.path, what, ours.hex(), theirs.hex())
            roots.append(root_of(computed if self.entries_signed else stored))
        return roots

    def _conclude(self, found: Checkpoint) -> None:
        report = self.report
        if b"" in self.from_tiles:
            report.unchecked.append("the root: entries and their tile are both missing")
        elif not self.entries_signed and not self.tiles_signed:
            computed = self.from_entries if self.entries_whole else self.from_tiles
            what = f"neither entries nor tiles give the root of size {found.size}"
            report.fault("checkpoint", what, root_of(computed).hex(), found.root.hex())
        if not report.faults:
            report.held.append("every hash tile agrees with the entries")
        elif self.entries_signed:
            report.conclusions.append(
                "every entry is as the checkpoint states: the fault lies in other files"
            )
        elif self.tiles_signed:
            report.conclusions.append(
                "tile/0 gives the checkpoint's root: an entry that differs from it "
                "was changed after it was logged"
            )

    def _surplus(self, names: list[str]) -> None:
        if names:
            shown = ", ".join(names[:3]) + (", …" if len(names) > 3 else "")
            self.report.unchecked.append(
                f"{len(names)} files that this checkpoint does not cover: {shown}"
            )
