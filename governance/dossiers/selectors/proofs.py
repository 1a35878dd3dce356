"""Entries of the log with their proofs, as files that need nothing of ours."""

from dataclasses import dataclass
from datetime import datetime

from orjson import loads

from audits.anchors.selectors import Vouched, anchor_file, anchor_of
from audits.log.models import Entry, Log
from audits.log.selectors import consistency_path, node_hashes, rotations, vkeys
from audits.oversight.models import Review
from audits.payloads.contents import erasure_of
from audits.payloads.models import Payload
from audits.payloads.selectors import read_parts_about_nobody
from audits.tlog.bundle import ErasedBy, EventBundle, Since
from audits.tlog.erasure import ROLE as LISTED
from audits.tlog.proof import TlogProof
from audits.tlog.tree import prove_inclusion
from governance.dossiers.selectors.log import Sealed, sealed

# LIMIT: enough to show how a proof works; a reader asks for more by the API.
SPREAD = 6
REVIEWS = 2
# SECURITY: who a person is, is not needed to check a proof: this part stays closed, and
# so is all that was posted about a person. A dossier is kept for ten years and handed
# out: what is in it cannot be erased.
CLOSED = frozenset({"person"})


@dataclass(frozen=True, slots=True)
class Proven:
    """One entry of the sample; `bundle` is its file of proof, a JSON text."""

    index: int
    event_id: str
    type: str
    received_at: datetime
    model_version: str
    leaf_hash: str
    file_name: str
    bundle: str
    witnesses: tuple[Vouched, ...] = ()
    """Who cosigned the meta-log with this entry's checkpoint in it, and when."""
    stamp: Vouched | None = None
    disclosed: tuple[str, ...] = ()
    """The parts that the file shows."""
    closed: tuple[str, ...] = ()
    """Those that the entry commits to and the file leaves out, or were erased."""


def proofs(log: Log, state: Sealed) -> tuple[Proven, ...]:
    """Proofs of a sample: entries evenly spread, and the newest reviews."""
    return prove(log, state, _sample(log, state.size))


def prove(
    log: Log, state: Sealed, indexes: list[int], since: str = ""
) -> tuple[Proven, ...]:
    """The entries at those indexes, with proofs to that checkpoint.

    With `since`, an older checkpoint, they prove too that the log only grew from there.
    """
    rows = Entry.objects.filter(log=log, log_class=log.log_class, idx__in=indexes)
    grown = _grown(log, state, since) if since else None
    return tuple(_proven(log, state, entry, grown) for entry in rows.order_by("idx"))


def _grown(log: Log, state: Sealed, since: str) -> Since:
    path = consistency_path(log, sealed(since).size, state.size)
    return Since(since.encode(), tuple(path))


def _proven(log: Log, state: Sealed, entry: Entry, since: Since | None) -> Proven:
    kept = read_parts_about_nobody(log, entry.idx)
    parts = tuple(part.disclosed() for part in kept if part.role not in CLOSED)
    shown = tuple(part.role for part in parts)
    committed = [each["role"] for each in loads(bytes(entry.entry)).get("pay", [])]
    bundle = EventBundle(
        log.origin, vkeys(log)[-1], entry.idx, bytes(entry.entry),
        _proof(log, state, entry.idx), parts, anchor_file(log, entry.idx), since,
        _erased_by(log, state, entry.idx), rotations(log),
    )  # fmt: skip
    anchor = anchor_of(log, entry.idx)
    return Proven(
        index=entry.idx,
        event_id=str(entry.event_id or ""),
        type=entry.type,
        received_at=entry.received_at,
        model_version=entry.model_version,
        leaf_hash=bytes(entry.leaf_hash).hex(),
        file_name=f"proof-{entry.idx}.json",
        bundle=bundle.to_bytes().decode(),
        witnesses=tuple(anchor.witnesses),
        stamp=anchor.stamp,
        disclosed=shown,
        closed=tuple(role for role in committed if role not in shown),
    )


def _proof(log: Log, state: Sealed, idx: int) -> bytes:
    path = prove_inclusion(idx, state.size, node_hashes(log, state.size))
    return TlogProof(idx, tuple(path), state.checkpoint.encode()).to_bytes()


def _erased_by(log: Log, state: Sealed, idx: int) -> ErasedBy | None:
    """The entry that says the payload was erased, when it is in that tree too."""
    if Payload.objects.filter(log=log, idx=idx).exists():
        return None
    found = erasure_of(log, idx)
    if found is None or found.idx >= state.size:
        return None
    listed = tuple(each.disclosed() for each in found.parts if each.role == LISTED)
    return ErasedBy(found.idx, found.entry, _proof(log, state, found.idx), listed)


def _sample(log: Log, size: int) -> list[int]:
    """Indexes by a rule that anyone can repeat: no choice is ours."""
    spread = {size * k // SPREAD for k in range(SPREAD)} | {size - 1}
    reviews = Review.objects.filter(log=log, idx__lt=size).order_by("-idx")
    for review in reviews[:REVIEWS]:
        spread |= {review.idx, review.prediction_idx}
    return sorted(index for index in spread if 0 <= index < size)
