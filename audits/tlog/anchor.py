"""Anchors: a log's checkpoint is an entry of the meta-log, which others vouch for.

Who cosigned or time-stamped the meta-log saw, at that time, a tree with that entry in
it, and so every entry below the checkpoint. That bounds when an entry existed: at the
latest then, whatever the operator says today.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from audits.tlog import proof
from audits.tlog.checkpoint import Checkpoint, OpenedCheckpoint, open_checkpoint
from audits.tlog.documents import load_json, text_of
from audits.tlog.encoding import from_base64, parse_hash, to_base64
from audits.tlog.hashing import ProofInvalid, leaf_hash
from audits.tlog.note import Verifier, parse_vkey
from audits.tlog.timestamp import Stamp, parse_stamp
from audits.tlog.tree import check_inclusion

FORMAT = "probatum-anchor-v1"
_KEYS = {"format", "meta", "checkpoint", "path", "leaf", "proof", "stamp"}


@dataclass(frozen=True, slots=True)
class Anchor:
    """What an anchor claims; nothing in it is checked yet."""

    meta: str
    """The meta-log's verifier key."""
    checkpoint: bytes
    """The log's checkpoint that was anchored, a signed note."""
    leaf: bytes
    """The entry of the meta-log that states it."""
    proof: bytes
    """A .tlog-proof of that entry; its checkpoint is the cosigned note."""
    stamp: bytes | None = None
    """The reply of a time-stamping authority about that note."""
    path: tuple[bytes, ...] | None = None
    """From one entry of the log to the anchored checkpoint."""

    def document(self) -> dict[str, Any]:
        """Return the anchor as JSON has it."""
        found: dict[str, Any] = {
            "format": FORMAT,
            "meta": self.meta,
            "checkpoint": self.checkpoint.decode(),
            "leaf": to_base64(self.leaf),
            "proof": self.proof.decode(),
        }
        if self.path is not None:
            found["path"] = [to_base64(each) for each in self.path]
        if self.stamp is not None:
            found["stamp"] = to_base64(self.stamp)
        return found

    @property
    def note(self) -> bytes:
        """The meta-log's checkpoint as it was cosigned and stamped."""
        return proof.parse(self.proof).note


@dataclass(frozen=True, slots=True)
class Held:
    """What was found of an anchor that holds."""

    checkpoint: Checkpoint
    """Of the log."""
    index: int
    """Of the leaf in the meta-log."""
    meta: OpenedCheckpoint
    """Of the meta-log, with the cosignatures that were checked."""
    stamp: Stamp | None
    """What the time stamp says; who signed it was not checked."""


def parse(document: Any, where: str = "the anchor") -> Anchor:
    """Return the anchor in a JSON object, unchecked; ProofInvalid when it is none."""
    if text_of(document, "format", where) != FORMAT:
        raise ProofInvalid(f"the format of {where} is not {FORMAT!r}")
    if surplus := sorted(set(document) - _KEYS):
        raise ProofInvalid(f"{where} has unknown keys: {', '.join(surplus)[:200]}")
    path = document.get("path")
    if path is not None and not (
        isinstance(path, list) and all(isinstance(each, str) for each in path)
    ):
        raise ProofInvalid(f'{where} has no list of hashes under "path"')
    stamp = text_of(document, "stamp", where) if "stamp" in document else None
    return Anchor(
        text_of(document, "meta", where),
        text_of(document, "checkpoint", where).encode(),
        from_base64(text_of(document, "leaf", where), f'"leaf" of {where}'),
        text_of(document, "proof", where).encode(),
        None if stamp is None else from_base64(stamp, f'"stamp" of {where}'),
        None
        if path is None
        else tuple(parse_hash(each, f"hash {n}") for n, each in enumerate(path)),
    )


def check(
    anchor: Anchor, log: Verifier, meta: Verifier, witnesses: Sequence[Verifier]
) -> Held:
    """Raise ProofInvalid unless the meta-log has what the log signed.

    A cosignature by one of `witnesses` must be good when it is there, and a time stamp
    must be of the meta-log's checkpoint.
    """
    if parse_vkey(anchor.meta) not in meta.keys:
        raise ProofInvalid("its meta-log's key is not the one that was given")
    found = open_checkpoint(anchor.checkpoint, log).checkpoint
    _check_leaf(anchor.leaf, found)
    receipt = proof.parse(anchor.proof)
    opened = proof.check(receipt, anchor.leaf, meta, witnesses)
    stamp = None if anchor.stamp is None else parse_stamp(anchor.stamp)
    if stamp is not None:
        stamp.check(receipt.note)
    return Held(found, receipt.index, opened, stamp)


def check_path(anchor: Anchor, index: int, entry: bytes, found: Checkpoint) -> None:
    """Raise ProofInvalid unless the anchored checkpoint covers the entry."""
    path = anchor.path or ()
    check_inclusion(index, found.size, leaf_hash(entry), found.root, path)


def _check_leaf(leaf: bytes, found: Checkpoint) -> None:
    """Root and size are compared: the signatures below the note may be others today."""
    said = load_json(leaf, "the entry of the meta-log")
    stated = {
        "kind": "anchor",
        "type": "checkpoint",
        "log": found.origin,
        "size": found.size,
        "root": found.root.hex(),
    }
    if not isinstance(said, dict) or any(
        type(said.get(key)) is not type(value) or said[key] != value
        for key, value in stated.items()
    ):
        raise ProofInvalid("the entry of the meta-log states another checkpoint")
