"""Every row beside a log, held to the log: what is missing, too much or different.

`fsck` reads a log's files and finds changed entries and tiles. What only the database
has (payloads, ids, the columns that lists are made from, saved checkpoints, rows that
no checkpoint covers) is compared here. Rows below a head's size never change, so that
a log can be read while it grows.
"""

from collections.abc import Callable

from django.db import connection

from audits.census.models import ROWS, UNCOVERED
from audits.census.selectors.rows import Rows
from audits.log.models import Checkpoint, Head, Log, Tile
from audits.log.selectors import inclusion_path, newest_checkpoint, verifier
from audits.tlog.checkpoint import open_checkpoint
from audits.tlog.compact import Compact
from audits.tlog.hashing import ProofInvalid, fold, leaf_hash
from audits.tlog.report import LimitReached, Report
from audits.tlog.tile import TILE_LEVELS, WIDTH, TileRef, split_hashes
from audits.tlog.tree import check_inclusion

Progress = Callable[[int, int], None]
AT_ONCE = 4096


def hold_rows_to_log(log: Log, report: Report, progress: Progress) -> None:
    """Compare every row of the log with its entries, and write into the report."""
    try:
        before = len(report.faults)
        _hold(Census(log, report), progress)
        if len(report.faults) == before:
            report.held.append("every row beside the entries says what its entry says")
    except LimitReached:
        report.conclusions.append("stopped: too many faults to list")


def _hold(census: "Census", progress: Progress) -> None:
    head = Head.objects.filter(log=census.log).first()
    if head is None:
        census.report.fault("head", "the log has none")
        return
    census.uncovered()
    while census.next < head.size:
        census.step(head.size)
        progress(census.next, head.size)
    census.hold_head(head)


class Census(Rows):
    """A pass over a log's rows in the order of its entries.

    `next` and `tree` are all that it knows: another one goes on from them.
    """

    def __init__(
        self, log: Log, report: Report, tree: Compact | None = None, first: int = 0
    ) -> None:
        """Begin at entry `first`, a multiple of 256; no tree is known unless at 0."""
        super().__init__(log, report)
        self.next = first
        self.tree = Compact() if tree is None and first == 0 else tree
        self.differing: dict[int, list[bytes]] = {}

    def step(self, size: int) -> list[bytes]:
        """Hold the next entries to all that lies beside them; return their hashes."""
        start, end = self.next, min(self.next + AT_ONCE, size)
        if start < self.minimum:
            end = min(end, self.minimum)
            leaves = self._leaves_of_removed(start, end)
        else:
            leaves = self._entries(start, end)
            self._missing_until(end)
        whole = leaves if len(leaves) == end - start else []
        self._tiles(start, end, whole)
        self._grow(start, end, self._as_signed(start, whole))
        return leaves

    def uncovered(self) -> None:
        """Find the rows that no entry or head accounts for."""
        for query in UNCOVERED:
            with connection.cursor() as cursor:
                cursor.execute(query, {"log": self.log.pk, "limit": self.report.limit})
                for where, what in cursor.fetchall():
                    self.report.fault(where, what)

    def _leaves_of_removed(self, start: int, end: int) -> list[bytes]:
        """The leaf hashes that tiles keep; what stayed of the entries is held to them.

        Whether the tiles themselves are right, the checkpoints after them say.
        """
        tiles = Tile.objects.filter(
            log=self.log, level=0, n__gte=start // WIDTH, n__lt=end // WIDTH
        )
        rows = tiles.order_by("n").values_list("data", flat=True)
        leaves = [leaf for data in rows for leaf in split_hashes(bytes(data))]
        self.next = end
        if len(leaves) != end - start:
            self.tree = None  # a tile is missing, and said to be
            return leaves
        beside = self.beside(start, end)
        for row in self.rows(ROWS, start, end):
            where, leaf = f"entry {row['idx']}", leaf_hash(bytes(row["entry"]))
            if leaf != leaves[row["idx"] - start]:
                tile = TileRef(0, row["idx"] // WIDTH).path
                self.report.fault(where, f"its leaf hash is not the one in {tile}")
            self.hold_entry(row, beside)
        return leaves

    def _entries(self, start: int, end: int) -> list[bytes]:
        beside = self.beside(start, end)
        leaves = []
        for row in self.rows(ROWS, start, end):
            if row["idx"] < self.next:
                self.report.fault(f"entry {row['idx']}", "it is stored twice")
                continue
            self._missing_until(row["idx"])
            self.next += 1
            leaf = leaf_hash(bytes(row["entry"]))
            leaves.append(leaf)
            if leaf != bytes(row["leaf_hash"]):
                what = "its bytes do not give the leaf hash beside it"
                stored = bytes(row["leaf_hash"]).hex()
                self.report.fault(f"entry {row['idx']}", what, stored, leaf.hex())
            self.hold_entry(row, beside)
        return leaves

    def _missing_until(self, idx: int) -> None:
        if self.next < idx:
            last = f" to {idx - 1}" if self.next < idx - 1 else ""
            self.report.fault(f"entry {self.next}{last}", "it is missing")
            self.next, self.tree = idx, None

    def _as_signed(self, start: int, leaves: list[bytes]) -> list[bytes]:
        """The leaf hashes, those of a tile where that was signed and the entries not.

        So a changed entry is told once, not with every checkpoint that came after it.
        """
        found = list(leaves)
        for n, stored in self.differing.items():
            if self._leads_to_checkpoint(n, stored):
                at = n * WIDTH - start
                found[at : at + WIDTH] = stored
        self.differing.clear()
        return found

    def _leads_to_checkpoint(self, n: int, stored: list[bytes]) -> bool:
        """Whether a stored tile of leaf hashes is in the newest signed tree."""
        saved = newest_checkpoint(self.log)
        if saved is None:
            return False
        try:
            key = verifier(self.log)
            signed = open_checkpoint(saved.note.encode(), key).checkpoint
            path = inclusion_path(self.log, n * WIDTH, signed.size)
            check_inclusion(n * WIDTH, signed.size, stored[0], signed.root, path)
        except (ProofInvalid, LookupError):
            return False
        return True

    def _grow(self, start: int, end: int, leaves: list[bytes]) -> None:
        """Follow the tree, and stop at each size at which a checkpoint was saved."""
        rows = Checkpoint.objects.filter(log=self.log, size__gt=start, size__lte=end)
        at = 0
        for size, note in rows.order_by("size").values_list("size", "note"):
            root = b""
            if self.tree is not None:
                self.tree = self.tree.append(leaves[at : size - start])
                at, root = size - start, self.tree.root()
            if not self._saved(size, note, root):
                self.tree = None  # each later root would differ for the same reason
        if self.tree is not None:
            self.tree = self.tree.append(leaves[at:])

    def hold_head(self, head: Head) -> None:
        """Hold the head to its own peaks, and to the tree when that is as large."""
        self.payloads.hold_erasures(head)
        for saved in Checkpoint.objects.filter(log=self.log).exclude(
            size__range=(1, head.size)
        )[: self.report.limit]:
            self._saved(saved.size, saved.note, b"")
        try:
            peaks = Compact.from_bytes(head.size, bytes(head.peaks)).root()
        except ValueError as error:
            self.report.fault("head", f"its peaks are none: {error}")
        else:
            if peaks != bytes(head.root):
                what = f"its peaks do not give its root, at size {head.size}"
                self.report.fault("head", what, bytes(head.root).hex(), peaks.hex())
        if self.tree is None or self.tree.size != head.size:
            return
        if self.tree.root() != bytes(head.root):
            what = f"the entries do not give its root, at size {head.size}"
            root = self.tree.root().hex()
            self.report.fault("head", what, root, bytes(head.root).hex())

    def _tiles(self, start: int, end: int, leaves: list[bytes]) -> None:
        """Hold the tiles that are full at `end`, and were not at `start`."""
        level = 0
        while end >> TILE_LEVELS * (level + 1):
            ends = TILE_LEVELS * (level + 1)
            numbers = range(start >> ends, end >> ends)
            rows = Tile.objects.filter(
                log=self.log, level=level, n__gte=numbers.start, n__lt=numbers.stop
            )
            stored = {row.n: row for row in rows} if numbers else {}
            for n in numbers:
                below = leaves[(n << ends) - start :][:WIDTH] if level == 0 else []
                self._tile(level, n, stored.get(n), below or self._roots(level, n))
            level += 1

    def _roots(self, level: int, n: int) -> list[bytes]:
        """What the level below says that a tile holds; empty below the lowest."""
        rows = Tile.objects.filter(
            log=self.log, level=level - 1, n__gte=n * WIDTH, n__lt=(n + 1) * WIDTH
        )
        return [
            bytes(root) for root in rows.order_by("n").values_list("root", flat=True)
        ]

    def _tile(self, level: int, n: int, row: Tile | None, below: list[bytes]) -> None:
        where = TileRef(level, n).path
        if row is None:
            self.report.fault(where, "it is missing")
            return
        hashes = split_hashes(bytes(row.data))
        if fold(hashes) != bytes(row.root):
            self.report.fault(where, "its hashes do not give its own root")
        if len(below) < WIDTH:
            return  # what lies below is missing, and was said to be
        for at, (ours, theirs) in enumerate(zip(below, hashes, strict=True)):
            if ours != theirs:
                under = n * WIDTH + at
                what = (
                    f"the hash at position {at} is not the root of "
                    f"{TileRef(level - 1, under).path}"
                    if level
                    else f"the hash at position {at} is not that of entry {under}"
                )
                if level == 0:
                    self.differing[n] = hashes
                self.report.fault(where, what, ours.hex(), theirs.hex())
                return

    def _saved(self, size: int, note: str, root: bytes) -> bool:
        """Hold a checkpoint to the log's key and tree; False for another root."""
        where = f"checkpoint of size {size}"
        try:
            key = verifier(self.log)
            stated = open_checkpoint(note.encode(), key).checkpoint
        except ProofInvalid as error:
            self.report.fault(where, error)
            return True
        if stated.size != size:
            self.report.fault(where, f"it states the size {stated.size}")
        elif root and stated.root != root:
            what = "the entries before it give another root"
            self.report.fault(where, what, stated.root.hex(), root.hex())
            return False
        return True
