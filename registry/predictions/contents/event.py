"""Everything that is known of one entry, gathered once for a page, an API or a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import orjson

from audits.anchors.selectors import anchor_file
from audits.events.models import Flag
from audits.log.contents import proven_path
from audits.log.models import Entry, Log, Pruned
from audits.log.seal import kept_note, signed_receipt
from audits.log.selectors import (
    consistency_path,
    head_checkpoint,
    inclusion_path,
    removal_of,
    rotations,
    vkeys,
)
from audits.payloads.contents import Erased, erasure_of
from audits.payloads.encoding import Part, SealBroken
from audits.payloads.selectors import read_parts
from audits.tlog import bundle
from audits.tlog.checkpoint import Checkpoint
from audits.tlog.cose import Consistency, Inclusion
from audits.tlog.erasure import ROLE as LISTED
from audits.tlog.proof import TlogProof


@dataclass(frozen=True)
class Contents:
    """One entry with the payload parts that were not erased."""

    log: Log
    entry: Entry
    parts: Sequence[Part]
    broken: bool = False
    """Something is stored, and it does not open: it was changed."""

    @property
    def data(self) -> bytes:
        """The bytes of the entry, as the leaf hash covers them."""
        return bytes(self.entry.entry)

    @cached_property
    def fields(self) -> dict[str, Any]:
        """The entry, parsed."""
        found: dict[str, Any] = orjson.loads(self.data)
        return found

    @property
    def flags(self) -> list[str]:
        return Flag.names(self.entry.flags)

    @cached_property
    def values(self) -> dict[str, Any]:
        """Payload by role, parsed; a role that was erased is missing."""
        return {part.role: part.value() for part in self.parts}

    def value(self, role: str, name: str) -> Any:
        """One field of one part; None when it was not given or is erased."""
        part = self.values.get(role)
        return part.get(name) if isinstance(part, dict) else None

    @property
    def erased(self) -> list[str]:
        """The roles that the entry commits to and that are no longer kept."""
        kept = {part.role for part in self.parts}
        if self.broken:
            return []
        return [p["role"] for p in self.fields.get("pay", []) if p["role"] not in kept]

    @cached_property
    def erasure(self) -> Erased | None:
        """The entry that says the payload was erased; None when nothing is missing.

        None, too, when it is missing and no entry says so: then somebody removed it.
        """
        return erasure_of(self.log, self.entry.idx) if self.erased else None

    @cached_property
    def removal(self) -> Pruned | None:
        """The removal under the retention duty that took the payload, if one did."""
        missing = self.erased and self.erasure is None
        return removal_of(self.log, self.entry.idx) if missing else None

    @property
    def removed(self) -> bool:
        """Parts are missing that no entry of the log says were erased."""
        return bool(self.erased) and self.erasure is None and self.removal is None


@dataclass(frozen=True, slots=True)
class Proof:
    """The way from one leaf to a signed checkpoint of its log."""

    checkpoint: Checkpoint
    note: str
    file: TlogProof


def contents_of(log: Log, entry: Entry) -> Contents:
    try:
        return Contents(log, entry, read_parts(log, entry.idx))
    except SealBroken:
        return Contents(log, entry, [], broken=True)


def proof_of(log: Log, idx: int, checkpoint: Checkpoint | None = None) -> Proof:
    """The entry's inclusion in the newest committed tree, or in that one.

    ORDER: the head is read first; a log only grows, so that the path in the tree
    of that size is the same whenever it is read afterwards.
    """
    checkpoint = checkpoint or head_checkpoint(log)
    path = proven_path(log, idx, checkpoint)
    note = kept_note(checkpoint)
    return Proof(checkpoint, note, TlogProof(idx, tuple(path), note.encode()))


def receipt_of(log: Log, idx: int) -> bytes | None:
    """The same proof as a COSE receipt; None in a tree of one, which has no path."""
    checkpoint = head_checkpoint(log)
    path = inclusion_path(log, idx, checkpoint.size)
    if not path:
        return None
    return signed_receipt(checkpoint, Inclusion(checkpoint.size, idx, tuple(path)))


def growth_of(log: Log, old: int) -> bytes | None:
    """A COSE receipt that the newest tree begins with the old; None without a path."""
    checkpoint = head_checkpoint(log)
    if not 0 < old < checkpoint.size:
        return None
    path = consistency_path(log, old, checkpoint.size)
    return signed_receipt(checkpoint, Consistency(old, checkpoint.size, tuple(path)))


def bundle_of(
    contents: Contents, parts: Sequence[bundle.Part] | None = None
) -> bundle.EventBundle:
    """The event bundle: entry, proof, anchor, and every part that is kept.

    With `parts`, it discloses those and no other.
    """
    if parts is None:
        parts = [part.disclosed() for part in contents.parts]
    log, idx = contents.log, contents.entry.idx
    return bundle.EventBundle(
        log=log.origin,
        vkey=vkeys(log)[-1],
        index=idx,
        entry=contents.data,
        proof=proof_of(log, idx).file.to_bytes(),
        parts=tuple(parts),
        anchor=anchor_file(log, idx),
        erased=_erased_by(contents),
        rotations=rotations(log),
    )


def _erased_by(contents: Contents) -> bundle.ErasedBy | None:
    """The erasure with its proof and its list; of who decided it, nothing."""
    found = contents.erasure
    if found is None:
        return None
    return bundle.ErasedBy(
        found.idx,
        found.entry,
        proof_of(contents.log, found.idx).file.to_bytes(),
        tuple(p.disclosed() for p in found.parts if p.role == LISTED),
    )
