"""Every row beside a log, held to the log: what is missing, too much or different.

`fsck` reads a log's files and finds changed entries and tiles. What only the database
has (payloads, ids, the columns that lists are made from, saved checkpoints, rows that
no checkpoint covers) is compared here. Rows below a head's size never change, so that
a log can be read while it grows.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import orjson
from django.db import connection

from audits.census import encoding
from audits.census.models import BESIDE, ROWS, UNCOVERED
from audits.log.models import Checkpoint, Head, Log, Tile
from audits.payloads.encoding import SealBroken
from audits.payloads.selectors import keys_of, opened
from audits.tlog import bundle
from audits.tlog.checkpoint import open_checkpoint
from audits.tlog.compact import Compact
from audits.tlog.hashing import ProofInvalid, fold, leaf_hash
from audits.tlog.note import parse_vkey
from audits.tlog.report import LimitReached, Report
from audits.tlog.tile import TILE_LEVELS, split_hashes

Progress = Callable[[int, int], None]
Row = dict[str, Any]
AT_ONCE = 4096


def hold_rows_to_log(log: Log, report: Report, progress: Progress) -> None:
    """Compare every row of the log with its entries, and write into the report."""
    try:
        before = len(report.faults)
        _Census(log, report, progress).run()
        if len(report.faults) == before:
            report.held.append("every row beside the entries says what its entry says")
    except LimitReached:
        report.conclusions.append("stopped: too many faults to list")


class _Census:
    """One pass over the log's rows, in the order of its entries."""

    def __init__(self, log: Log, report: Report, progress: Progress) -> None:
        self.log, self.report, self.progress = log, report, progress
        self.tree: Compact | None = Compact()
        self.keys = keys_of(log)
        self.next = 0
        self.pending: list[bytes] = []
        rows = Checkpoint.objects.filter(log=log).order_by("-size")
        self.saved = list(rows.values_list("size", "note"))

    def run(self) -> None:
        head = Head.objects.filter(log=self.log).first()
        if head is None:
            self.report.fault("head", "the log has none")
            return
        self._uncovered()
        for start in range(0, head.size, AT_ONCE):
            end = min(start + AT_ONCE, head.size)
            self._entries(start, end)
            self.progress(end, head.size)
        self._missing_until(head.size)
        self._head(head)
        self._tiles(head.size)
        for size, note in reversed(self.saved):
            self._saved(size, note, b"")

    def _uncovered(self) -> None:
        for query in UNCOVERED:
            with connection.cursor() as cursor:
                cursor.execute(query, {"log": self.log.pk, "limit": self.report.limit})
                for where, what in cursor.fetchall():
                    self.report.fault(where, what)

    def _entries(self, start: int, end: int) -> None:
        beside = {
            kind: {row["idx"]: row for row in self._rows(query, start, end)}
            for kind, query in BESIDE.items()
        }
        for row in self._rows(ROWS, start, end):
            if row["idx"] < self.next:
                self.report.fault(f"entry {row['idx']}", "it is stored twice")
                continue
            self._missing_until(row["idx"])
            self.next += 1
            self._grow(bytes(row["entry"]))
            self._entry(row, beside)

    def _rows(self, query: str, start: int, end: int) -> Iterator[Row]:
        with connection.cursor() as cursor:
            cursor.execute(query, [self.log.pk, start, end])
            names = [column.name for column in cursor.description]
            yield from (dict(zip(names, row, strict=True)) for row in cursor.fetchall())

    def _missing_until(self, idx: int) -> None:
        if self.next < idx:
            last = f" to {idx - 1}" if self.next < idx - 1 else ""
            self.report.fault(f"entry {self.next}{last}", "it is missing")
            self.next, self.tree = idx, None

    def _grow(self, entry: bytes) -> None:
        """Follow the tree, and stop at each size at which a checkpoint was saved."""
        if self.tree is None:
            return
        self.pending.append(leaf_hash(entry))
        saved = self.saved[-1][0] if self.saved else -1
        if self.next == saved or len(self.pending) == AT_ONCE:
            self._settle()
        if self.next == saved:
            self._saved(*self.saved.pop(), self.tree.root())

    def _settle(self) -> None:
        if self.tree is not None:
            self.tree, self.pending = self.tree.append(self.pending), []

    def _entry(self, row: Row, beside: Mapping[str, Mapping[int, Row]]) -> None:
        where, entry = f"entry {row['idx']}", bytes(row["entry"])
        try:
            fields = orjson.loads(entry)
        except orjson.JSONDecodeError:
            self.report.fault(where, "it is no JSON")
            return
        if row["log_class"] != self.log.log_class:
            self.report.fault(where, f"it lies among those of {row['log_class']}")
        self._differ(where, row, encoding.of_entry(fields))
        parts = self._parts(where, row, entry)
        kind = fields.get("type")
        if kind not in beside:
            return
        own = beside[kind].get(row["idx"])
        if own is None:
            self.report.fault(where, f"lists do not show this {kind}: its row is gone")
        elif kind == "act":
            self._differ(where, own, encoding.of_act(fields, parts, own))
        else:
            self._differ(where, own, encoding.of_review(fields, parts))

    def _differ(self, where: str, row: Row, expected: Mapping[str, Any]) -> None:
        for name, value in expected.items():
            found = row[name]
            if name == "details" and isinstance(found, str):
                found = orjson.loads(found)
            if found != value:
                what = f"the column {name} does not say what the entry says"
                self.report.fault(where, what, str(value), str(found))

    def _parts(self, where: str, row: Row, entry: bytes) -> Row:
        """The payload by role, once it is what the entry committed to."""
        kept = []
        try:
            if row["sealed"] is not None:
                kept = opened(self.keys, row["key"], bytes(row["sealed"]))
            disclosed = bundle.disclose(
                entry, [bundle.Part(each.role, each.salt, each.data) for each in kept]
            )
        except (ValueError, ProofInvalid, SealBroken) as error:
            self.report.fault(f"payload of {where}", error)
            return {}
        for text in disclosed.faults:
            self.report.fault(f"payload of {where}", text)
        for text in disclosed.undisclosed:
            self.report.fault(f"payload of {where}", f"{text}: it is gone")
        return {} if disclosed.faults else {each.role: each.value() for each in kept}

    def _head(self, head: Head) -> None:
        self._settle()
        try:
            peaks = Compact.from_bytes(head.size, bytes(head.peaks)).root()
        except ValueError as error:
            self.report.fault("head", f"its peaks are none: {error}")
        else:
            if peaks != bytes(head.root):
                what = f"its peaks do not give its root, at size {head.size}"
                self.report.fault("head", what, bytes(head.root).hex(), peaks.hex())
        if self.tree is not None and self.tree.root() != bytes(head.root):
            what = f"the entries do not give its root, at size {head.size}"
            root = self.tree.root().hex()
            self.report.fault("head", what, root, bytes(head.root).hex())

    def _tiles(self, size: int) -> None:
        level = 0
        while full := size >> TILE_LEVELS * (level + 1):
            rows = Tile.objects.filter(log=self.log, level=level, n__lt=full)
            known = 0
            for n, root, data in rows.values_list("n", "root", "data").iterator():
                known += 1
                if fold(split_hashes(bytes(data))) != bytes(root):
                    where = f"tile/{level}/{n:03d}"
                    self.report.fault(where, "its hashes do not give its own root")
            if known != full:
                what = f"{known} full tiles are stored, {full} belong there"
                self.report.fault(f"tile/{level}", what)
            level += 1

    def _saved(self, size: int, note: str, root: bytes) -> None:
        """Hold one saved checkpoint to the log's key and, when known, to its tree."""
        where = f"checkpoint of size {size}"
        try:
            stated = open_checkpoint(
                note.encode(), parse_vkey(self.log.vkey)
            ).checkpoint
        except ProofInvalid as error:
            self.report.fault(where, error)
            return
        if stated.size != size:
            self.report.fault(where, f"it states the size {stated.size}")
        elif root and stated.root != root:
            what = "the entries before it give another root"
            self.report.fault(where, what, stated.root.hex(), root.hex())
