"""Recompute a whole log from its entries and say what is wrong, and where.

First the entries and the leaf hashes in tile/0 are read and folded up to a root
each. The side that gives the signed root is right, so a difference is reported once,
at the file that was changed. If neither does, each layer is compared with the layer
below it. Then the numbers that sources gave their events are followed: is any missing
that the log does not own up to? Last comes what a reader kept: checkpoints, receipts,
disclosed payloads.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from audits.tlog.checkpoint import Checkpoint, open_checkpoint, parse
from audits.tlog.elsewhere import file_needs
from audits.tlog.hashing import EMPTY_ROOT, ProofInvalid
from audits.tlog.kept import Comparison, Piece, Reader
from audits.tlog.note import Verifier, parse_note
from audits.tlog.removed import (
    EntryRemoved,
    Tombstone,
    check_tombstones,
    declared_minimum,
    what_gives_the_root,
)
from audits.tlog.report import LimitReached, Report
from audits.tlog.rotation import follow_file
from audits.tlog.scan import (
    Difference,
    Scanned,
    bundle_path,
    no_bundle,
    root_of,
    scan,
)
from audits.tlog.source import (
    Folder,
    Source,
    read_checkpoint,
    read_entries,
    read_hashes,
)
from audits.tlog.streams import Streams
from audits.tlog.streams_report import judge
from audits.tlog.tile import TILE_LEVELS, WIDTH, TileRef, level_tiles
from audits.tlog.verify import note_signatures
from audits.tlog.vouch import NOBODY, Others

Progress = Callable[[int, int], None]
"""Told how many entries of how many are done."""

KeptFiles = Iterable[tuple[str, bytes]]
"""Names and bytes of what a reader kept of the log."""


class Audit:
    """One pass over a log; `run` fills the report."""

    def __init__(
        self, source: Source, report: Report, progress: Progress, jobs: int = 1
    ) -> None:
        """Prepare a pass that reads `source` and writes into `report`."""
        self.source, self.report = source, report
        self.progress, self.jobs = progress, jobs
        self.from_entries: list[bytes] = []
        self.from_tiles: list[bytes] = []
        self.cuts: dict[int, tuple[bytes, bytes]] = {}
        self.differences: list[Difference] = []
        self.streams = Streams()
        self.rotated: list[tuple[str, bytes]] = []
        self.entries_whole = True
        self.absent: list[TileRef] = []
        self.tombstones: list[Tombstone] = []
        self.minimum = 0
        self.entries_signed = self.tiles_signed = False

    def run(self, log: Verifier, others: Others = NOBODY, kept: KeptFiles = ()) -> None:
        """Check all of the log, and what was kept, as what lies in `anchors/` was."""
        try:
            self.log = log
            found = self._checkpoint(log, others.witnesses, others.rotations)
            beside = self.source.anchors() if isinstance(self.source, Folder) else {}
            reader = Reader(self.report, self.log, others, beside)
            pieces = reader.read([*self.rotated, *kept])
            if found is not None:
                self._tree(found, frozenset(p.checkpoint.size for p in pieces))
                self._kept(found, pieces)
            for fault in reader.faults:
                self.report.add(fault)
        except LimitReached:
            self.report.conclusions.append(
                f"stopped after {len(self.report.faults)} faults; there may be more"
            )

    def _checkpoint(
        self, log: Verifier, witnesses: Sequence[Verifier], given: bytes | None
    ) -> Checkpoint | None:
        try:
            data = read_checkpoint(self.source)
        except ProofInvalid as error:
            self.report.fault("checkpoint", error, file="checkpoint")
            return None
        self.log, self.rotated = follow_file(self.report, self.source, log, given)
        try:
            opened = open_checkpoint(data, self.log, witnesses)
        except ProofInvalid as error:
            self.report.fault("checkpoint", error, file="checkpoint")
            return self._unsigned(data)
        note_signatures(self.report, opened)
        return opened.checkpoint

    def _unsigned(self, data: bytes) -> Checkpoint | None:
        """Return what the checkpoint says, to look for further faults with."""
        try:
            return parse(parse_note(data).text)
        except ProofInvalid:
            return None

    def _tree(self, found: Checkpoint, cuts: frozenset[int]) -> None:
        report, size = self.report, found.size
        report.facts.update(log=found.origin, size=size, root=found.root.hex())
        for each in scan(self.source, size, cuts, report.limit, self.jobs):
            self._add(each)
            self.progress(each.ref.first_entry + each.ref.width, size)
        self._removed()
        entries, tiles = root_of(self.from_entries), root_of(self.from_tiles)
        if size == 0:
            entries = tiles = EMPTY_ROOT
        self.entries_signed = self.entries_whole and entries == found.root
        self.tiles_signed = tiles == found.root
        for each_difference in self.differences:
            self._differ(each_difference)
        below, level = self.from_tiles, 1
        if self.entries_signed:
            below = self.from_entries
            report.held.append(what_gives_the_root(self.minimum, size))
        while size >> TILE_LEVELS * level:
            below = self._level(level, size, below)
            level += 1
        self._conclude(found, entries if self.entries_whole else tiles)
        self._numbers()
        if isinstance(self.source, Folder):
            self._surplus(self.source.surplus(size))
            needs = map(file_needs, self.source.beside())
            report.unchecked += [each for each in needs if each]

    def _add(self, each: Scanned) -> None:
        """Take over what one tile and its bundle say."""
        self.from_entries.append(each.from_entries)
        self.from_tiles.append(each.from_tiles)
        self.entries_whole &= each.entries_whole
        self.tombstones += each.tombstones
        if each.is_absent:
            self.absent.append(each.ref)
        self.cuts.update(each.cuts)
        self.streams.take(each.streams)
        room = self.report.limit - len(self.differences)
        self.differences += each.differences[:room]
        for fault in each.faults:
            self.report.add(fault)

    def _removed(self) -> None:
        """Hold missing bundles to what the log says that it removed, if any is."""
        self.minimum = declared_minimum(self.tombstones) if self.absent else 0
        for ref in self.absent:
            if ref.first_entry >= self.minimum:
                self.entries_whole = False
                self.report.add(no_bundle(ref, "the file is missing"))
        check_tombstones(self.tombstones, self.from_tiles, self.report)

    def _differ(self, each: Difference) -> None:
        entry, tile = each.ref.first_entry + each.at, each.ref.path
        if self.entries_signed:
            self.report.fault(
                f"{tile} position {each.at}",
                f"not the leaf hash of entry {entry}",
                each.ours.hex(),
                each.theirs.hex(),
                file=tile,
                position=each.at,
                byte=each.at * len(each.ours),
            )
            return
        what = f"its leaf hash is not the one in {tile} at position {each.at}"
        if each.moved is not None:
            what += f"; these bytes belong at entry {each.ref.first_entry + each.moved}"
        file = bundle_path(each.ref)
        self.report.fault(
            f"{file} entry {entry}",
            what,
            each.theirs.hex(),
            each.ours.hex(),
            file=file,
            entry=entry,
            byte=each.byte,
        )

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
                    self.report.fault(
                        ref.path,
                        f"the hash at position {at} is not the root of {under}",
                        ours.hex(),
                        theirs.hex(),
                        file=ref.path,
                        position=at,
                        byte=at * len(ours),
                    )
            roots.append(root_of(computed if self.entries_signed else stored))
        return roots

    def _stored(self, ref: TileRef) -> list[bytes]:
        try:
            return read_hashes(self.source, ref)
        except ProofInvalid as error:
            self.report.fault(ref.path, error, file=ref.path)
            return []

    def _conclude(self, found: Checkpoint, computed: bytes) -> None:
        report = self.report
        if b"" in self.from_tiles:
            report.unchecked.append("the root: entries and their tile are both missing")
        elif not self.entries_signed and not self.tiles_signed:
            what = f"neither entries nor tiles give the root of size {found.size}"
            report.fault(
                "checkpoint", what, computed.hex(), found.root.hex(), file="checkpoint"
            )
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

    def _numbers(self) -> None:
        if self.minimum and self.streams.known:
            self.report.unchecked.append(
                f"the numbers of events: those before entry {self.minimum} are gone"
            )
        elif self.entries_signed:
            judge(self.streams, self.report)
        elif self.streams.known:
            self.report.unchecked.append("the numbers of events: entries are wrong")

    def _surplus(self, names: list[str]) -> None:
        if names:
            shown = ", ".join(names[:3]) + (", …" if len(names) > 3 else "")
            self.report.unchecked.append(
                f"{len(names)} files that this checkpoint does not cover: {shown}"
            )

    def _kept(self, found: Checkpoint, pieces: Sequence[Piece]) -> None:
        @lru_cache(maxsize=1)
        def entries(n: int) -> list[bytes]:
            width = min(WIDTH, found.size - n * WIDTH)
            return read_entries(self.source, n, width)

        def entry(index: int) -> bytes:
            if index < self.minimum:
                raise EntryRemoved(f"entry {index} was removed")
            return entries(index // WIDTH)[index % WIDTH]

        if pieces:
            live = not isinstance(self.source, Folder)
            compare = Comparison(self.report, found.size, self._roots_at, entry)
            compare.run(pieces, live=live)

    def _roots_at(self, size: int) -> list[bytes]:
        """Return the root at a size by the entries, then by the tiles, where known."""
        if size == 0:
            return [EMPTY_ROOT]
        full, rest = divmod(size, WIDTH)
        if size == self.report.facts["size"]:
            full, rest = len(self.from_entries), 0
        sides = zip(
            (self.from_entries, self.from_tiles),
            self.cuts.get(size, (b"", b"")),
            (self.entries_signed, self.tiles_signed),
            strict=True,
        )
        decided = self.entries_signed or self.tiles_signed
        roots = [
            root_of([*row[:full], *([cut] if rest else [])])
            for row, cut, signed in sides
            if signed or not decided
        ]
        return [each for each in dict.fromkeys(roots) if each]
