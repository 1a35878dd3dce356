"""Writing a log as files (C2SP tlog-tiles), in bounded memory, tiles as stored.

1. The checkpoint is signed from a committed head; all that follows is of its size.
2. Tiles are written as they are stored, not computed anew from the entries: then a
   reader of the files finds out which of the two was changed.
3. The checkpoint is written last, so that an export that was cut short has none.
"""

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext as _

from audits.anchors.selectors import anchor_files, find_meta_log
from audits.census.selectors import hold_rows_to_log
from audits.log.models import Entry, Log
from audits.log.seal import signed_checkpoint
from audits.log.selectors import (
    head_checkpoint,
    minimum_index,
    ml_dsa_vkeys,
    read_tiles,
    rotation_file,
    verifier,
    vkeys,
)
from audits.tlog.checkpoint import Checkpoint
from audits.tlog.fsck import Audit
from audits.tlog.report import Report
from audits.tlog.rotation import FILE
from audits.tlog.source import ANCHORS, Folder
from audits.tlog.tile import (
    ENTRIES,
    WIDTH,
    TileRef,
    encode_bundle,
    level_tiles,
    tiles_for,
)

Progress = Callable[[str, int, int], None]
# All keys of the log, and of the meta-log that its anchors lie in, one in a line.
KEYS, META_KEYS = "vkey.txt", "meta-vkey.txt"
# LIMIT: bundles (of 256 entries) and tiles that are read at once.
AT_ONCE = 16


class FolderTaken(Exception):
    """The folder exists and is not empty: nothing was written."""


def write_log(
    log: Log,
    folder: Path,
    progress: Progress,
    *,
    sign: Callable[[Checkpoint], str] = signed_checkpoint,
) -> int:
    """Write the log at its newest size into a new or empty folder; return the size."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderTaken(_("%(folder)s is not empty.") % {"folder": folder})
    folder.mkdir(parents=True, exist_ok=True)
    checkpoint = head_checkpoint(log)
    size, minimum = checkpoint.size, minimum_index(log)
    for ref, data in _bundles(log, size, minimum):
        _write(folder, ref.path, data)
        progress(_("entries"), ref.first_entry + ref.width, size)
    refs = (ref for ref in tiles_for(size) if ref.level != ENTRIES)
    for some in _batches(refs):
        for ref, data in read_tiles(log, some).items():
            _write(folder, ref.path, data)
        last = some[-1]
        progress(_("hash tiles"), last.first_entry + last.width, size)
    if changed := rotation_file(log):
        _write(folder, FILE, changed)
    _write(folder, KEYS, _lines(vkeys(log) + ml_dsa_vkeys(log)))
    if (meta := find_meta_log()) is not None:
        _write(folder, META_KEYS, _lines(vkeys(meta) + ml_dsa_vkeys(meta)))
    for name, data in anchor_files(log, size):
        _write(folder, f"{ANCHORS}/{name}", data)
    (folder / "checkpoint").write_text(sign(checkpoint))
    return size


def check_folder(log: Log, folder: Path, progress: Progress) -> Report:
    """Recompute the written log from its files, as any reader can."""
    report = Report("fsck")
    audit = Audit(
        Folder(folder), report, lambda done, size: progress(_("checked"), done, size)
    )
    audit.run(verifier(log))
    return report


def check_rows(log: Log, progress: Progress) -> Report:
    """Hold the rows of the database to the log's entries, which no reader can."""
    report = Report("rows")
    hold_rows_to_log(log, report, lambda done, size: progress(_("rows"), done, size))
    return report


def _bundles(log: Log, size: int, minimum: int) -> Iterator[tuple[TileRef, bytes]]:
    """The bundles from the minimum index on: what lies before was removed."""
    refs = level_tiles(ENTRIES, size)
    for some in _batches(ref for ref in refs if ref.first_entry >= minimum):
        rows = Entry.objects.filter(
            log=log,
            log_class=log.log_class,
            idx__gte=some[0].first_entry,
            idx__lt=some[-1].first_entry + some[-1].width,
        )
        found: dict[int, list[bytes]] = {ref.n: [] for ref in some}
        for idx, entry in rows.order_by("idx").values_list("idx", "entry"):
            found[idx // WIDTH].append(bytes(entry))
        for ref in some:
            yield ref, encode_bundle(found[ref.n])


def _batches(refs: Iterator[TileRef]) -> Iterator[list[TileRef]]:
    while some := list(islice(refs, AT_ONCE)):
        yield some


def _lines(texts: list[str]) -> bytes:
    return "".join(f"{text}\n" for text in texts).encode()


def _write(folder: Path, name: str, data: bytes) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
