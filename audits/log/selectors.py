"""Reading a log: heads, tiles, entries and proofs, asked once and then thought."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext as _

from audits.log.models import Checkpoint as SavedCheckpoint
from audits.log.models import Entry, Head, Log, LogKey, Pruned
from audits.tlog.checkpoint import Checkpoint
from audits.tlog.consistency import prove_consistency
from audits.tlog.note import Verifier, parse_note, parse_vkey
from audits.tlog.proof import TlogProof
from audits.tlog.rotation import Rotation, to_file
from audits.tlog.tile import ENTRIES, TileRef, encode_bundle, node_reader
from audits.tlog.tree import Node, Reader, prove_inclusion, root_from_path

TILE = 256
REMOVABLE = frozenset({"prediction", "review", "heartbeat"})
"""The types of entries that go when no duty asks to keep them: what is logged without
anybody's doing. What people did, and how the log was kept, is documentation."""
_BY_AGE = LogKey.objects.order_by("idx")


@dataclass(frozen=True, slots=True)
class LogState:
    """What a page says of a log: its size, and when it last changed."""

    log: Log
    size: int
    received_at: object


class Removed(Exception):
    """What was asked for was removed under the retention duty. Carries the proof."""

    def __init__(self, pruned: Pruned) -> None:
        super().__init__(
            _("It was removed on %(date)s, when no duty asked to keep it any longer. "
              "Entry %(entry)s of this log says so; its hash is proven by the tiles.")
            % {"date": pruned.pruned_at.date().isoformat(), "entry": pruned.entry}
        )  # fmt: skip
        self.pruned = pruned


def removal_of(log: Log, idx: int) -> Pruned | None:
    """The removal that took the payload of that entry, if one did."""
    rows = Pruned.objects.filter(log=log, payloads_from__gt=idx)
    return rows.order_by("entry").first()


def newest_removal(log: Log) -> Pruned | None:
    """How far the log was removed; None when it is whole."""
    return Pruned.objects.filter(log=log).order_by("-entry").first()


def minimum_index(log: Log) -> int:
    """Where the log's entries begin, a multiple of 256: bundles before are gone."""
    found = newest_removal(log)
    return found.entries_from if found else 0


def head_checkpoint(log: Log) -> Checkpoint:
    """The newest committed state of the log, not yet signed."""
    head = Head.objects.get(log=log)
    return Checkpoint(log.origin, head.size, bytes(head.root))


def place_of(log: Log, event_id: UUID) -> tuple[int, Checkpoint] | None:
    """The index of the entry that bears this id, and the log's newest state.

    SECURITY: the table of ids is no evidence, so the entry itself has to bear it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.idx, h.size, h.root FROM audits_event_id i"
            " JOIN audits_entry e ON e.log_id = i.log_id AND e.idx = i.idx"
            "  AND e.event_id = i.event_id AND e.log_class = i.log_class"
            " JOIN audits_head h ON h.log_id = i.log_id"
            " WHERE i.log_id = %s AND i.log_class = %s AND i.event_id = %s",
            [log.pk, log.log_class, event_id],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    idx, size, root = row
    return idx, Checkpoint(log.origin, size, bytes(root))


def log_state(log: Log) -> LogState:
    head = Head.objects.get(log=log)
    return LogState(log, head.size, head.received_at)


def read_tiles(log: Log, refs: Sequence[TileRef]) -> Mapping[TileRef, bytes]:
    """The bytes of hash tiles: full ones as stored, right edges put together.

    A tile that is asked for at less than its width (an older size) is cut.
    """
    stored = _stored_tiles(log, refs)
    found: dict[TileRef, bytes] = {}
    for ref in refs:
        data = stored.get((ref.level, ref.n))
        found[ref] = _right_edge(log, ref) if data is None else data[: 32 * ref.width]
    return found


def node_hashes(log: Log, size: int) -> Reader:
    """A reader of tree nodes for `audits.tlog`, for the log at that size."""
    return node_reader(size, lambda refs: read_tiles(log, refs))


def inclusion_path(log: Log, index: int, size: int) -> list[bytes]:
    """The sibling hashes of one entry in the tree of `size`, from the leaf up."""
    return prove_inclusion(index, size, node_hashes(log, size))


def stored_leaf(log: Log, index: int, size: int) -> bytes:
    """The leaf hash of an entry, as the tiles of the tree of `size` have it."""
    node = Node(0, index)
    return node_hashes(log, size)([node])[node]


def consistency_path(log: Log, old: int, new: int) -> list[bytes]:
    """The proof that the tree of `new` extends the tree of `old`."""
    return prove_consistency(old, new, node_hashes(log, new))


def root_at(log: Log, size: int) -> bytes:
    """The root of the log's first `size` entries, of which there is at least one."""
    last = Entry.objects.get(log=log, log_class=log.log_class, idx=size - 1)
    path = inclusion_path(log, size - 1, size)
    return root_from_path(size - 1, size, bytes(last.leaf_hash), path)


def vkeys(log: Log) -> list[str]:
    """The keys that the log's checkpoints verify by, the opening's first."""
    return [log.vkey, *(each.vkey for each in _rotated(log))]


def verifier(log: Log) -> Verifier:
    """The same as one key with further ones, to open the log's checkpoints with."""
    first, *more = map(parse_vkey, vkeys(log))
    return replace(first, also=tuple(more))


def signing_vkey(log: Log, note: str) -> str:
    """The newest of the log's keys that signed this note of it."""
    signatures = parse_note(note.encode()).signatures
    by_age = vkeys(log)
    return next(
        (v for v in reversed(by_age) if any(map(parse_vkey(v).signed, signatures))),
        by_age[-1],
    )


def ml_dsa_vkeys(log: Log) -> list[str]:
    """The keys that the ML-DSA-44 lines under the log's checkpoints verify by."""
    return [each.vkey for each in _added(log) if each.ends is None]


def rotations(log: Log) -> tuple[Rotation, ...]:
    """How the log's key changed, with the proofs, for a reader who has an older one."""
    found = []
    for row in _rotated(log):
        saved = SavedCheckpoint.objects.filter(log=log, size=row.idx + 1).first()
        if saved is not None:
            entry = Entry.objects.get(log=log, log_class=log.log_class, idx=row.idx)
            path = inclusion_path(log, row.idx, saved.size)
            receipt = TlogProof(row.idx, tuple(path), saved.note.encode())
            found.append(Rotation(bytes(entry.entry), receipt.to_bytes()))
    return tuple(found)


def rotation_file(log: Log) -> bytes | None:
    """The same as a file that lies with the log; None when it has had one key."""
    found = rotations(log)
    return to_file(found) if found else None


def _added(log: Log) -> list[LogKey]:
    """The keys that the log got after its opening: asked for once per instance."""
    prefetch_related_objects([log], Prefetch("logkey_set", _BY_AGE, "added_keys"))
    found: list[LogKey] = log.added_keys  # type: ignore[attr-defined]
    return found


def _rotated(log: Log) -> list[LogKey]:
    return [each for each in _added(log) if each.ends is not None]


def read_bundle(log: Log, ref: TileRef) -> bytes:
    """One entry bundle (tile/entries/…) of the log.

    Raises Removed when it lies below the log's minimum index.
    """
    first = ref.n * TILE
    pruned = newest_removal(log)
    if pruned is not None and first < pruned.entries_from:
        raise Removed(pruned)
    rows = (
        Entry.objects.filter(log=log, idx__gte=first, idx__lt=first + ref.width)
        .order_by("idx")
        .values_list("entry", flat=True)
    )
    return encode_bundle(bytes(row) for row in rows)


def read_file(log: Log, ref: TileRef) -> bytes:
    """A tile or an entry bundle, by its reference."""
    if ref.level == ENTRIES:
        return read_bundle(log, ref)
    return read_tiles(log, [ref])[ref]


def saved_checkpoint_sizes(log: Log) -> list[int]:
    """The sizes at which a signed checkpoint of the log was saved, rising."""
    rows = SavedCheckpoint.objects.filter(log=log).order_by("size")
    return list(rows.values_list("size", flat=True))


def newest_checkpoint(log: Log) -> SavedCheckpoint | None:
    """The newest checkpoint of the log that was signed and saved."""
    return SavedCheckpoint.objects.filter(log=log).order_by("-size").first()


@dataclass(frozen=True, slots=True)
class Uncovered:
    """A log that has grown since its newest saved checkpoint."""

    log_id: int
    size: int
    saved: int
    since: datetime
    """When its oldest entry was received that no checkpoint covers."""


def uncovered() -> list[Uncovered]:
    """The logs that have grown since their newest saved checkpoint, one probe each."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT h.log_id, h.size, coalesce(c.size, 0),"
            " coalesce(e.received_at, h.received_at)"
            " FROM audits_head h JOIN audits_log l ON l.id = h.log_id"
            " LEFT JOIN LATERAL (SELECT size FROM audits_checkpoint"
            "  WHERE log_id = h.log_id AND log_class = l.log_class"
            "  ORDER BY size DESC LIMIT 1) c ON true"
            " LEFT JOIN LATERAL (SELECT received_at FROM audits_entry"
            "  WHERE log_id = h.log_id AND log_class = l.log_class"
            "  AND idx = coalesce(c.size, 0) AND h.size > idx LIMIT 1) e ON true"
            " WHERE h.size > coalesce(c.size, 0) ORDER BY 4"
        )
        return [Uncovered(*row) for row in cursor.fetchall()]


def unsaved_logs() -> list[Log]:
    """Logs that have grown since their last saved checkpoint."""
    wanted = [each.log_id for each in uncovered()]
    # The meta-log's are saved where they are anchored, with one more signature.
    return list(Log.objects.filter(pk__in=wanted, metalog=None))


def _stored_tiles(log: Log, refs: Sequence[TileRef]) -> dict[tuple[int, int], bytes]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT level, n, data FROM audits_tile WHERE log_id = %s"
            " AND (level, n) IN (SELECT * FROM unnest(%s::smallint[], %s::bigint[]))",
            [log.pk, [ref.level for ref in refs], [ref.n for ref in refs]],
        )
        return {(level, n): bytes(data) for level, n, data in cursor.fetchall()}


def _right_edge(log: Log, ref: TileRef) -> bytes:
    """A tile that is not full yet, from the rows that it will be made of."""
    first = ref.n * TILE
    if ref.level == 0:
        query = (
            "SELECT leaf_hash FROM audits_entry"
            " WHERE log_id = %s AND idx >= %s AND idx < %s ORDER BY idx"
        )
        values = [log.pk, first, first + ref.width]
    else:
        query = (
            "SELECT root FROM audits_tile"
            " WHERE log_id = %s AND level = %s AND n >= %s AND n < %s ORDER BY n"
        )
        values = [log.pk, ref.level - 1, first, first + ref.width]
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return b"".join(bytes(row[0]) for row in cursor.fetchall())
