"""Going on in the midst of a log, when the state that knew its past was lost."""

from typing import NamedTuple

from audits.signer.keys import FIRST, Keys
from audits.signer.reading import Entries
from audits.signer.state import Signed
from audits.tlog import note
from audits.tlog.checkpoint import Checkpoint, open_checkpoint
from audits.tlog.compact import Compact
from audits.tlog.hashing import ProofInvalid
from audits.tlog.tree import Node

LOST = (
    "The signer's state is empty, but the database has logs with saved checkpoints: "
    "the state was lost, or the database is another one. A state that begins anew "
    "could sign a second history of them, so nothing is signed. Never put an old copy "
    "of the state back. Compare the logs with checkpoints that others keep (python -m "
    "audits.tlog fsck), then start the signer once with --accept-new-state (make run "
    "ACCEPT_NEW_STATE=1): it goes on from the newest saved checkpoints, and says so "
    "for ever."
)


class StateLost(Exception):
    """The state cannot be the one of this database; says what to do."""


class TakenOver(NamedTuple):
    """Where a log goes on, and out of which master its key comes."""

    signed: Signed
    master: int


def taken_over(
    keys: Keys, entries: Entries, origin: str, text: str | None, now: int
) -> TakenOver:
    """A log as its newest checkpoint has it, which must be ours, and the database's."""
    if text is None:
        return TakenOver(Signed(origin, Compact(), Compact().root(), now), FIRST)
    try:
        stated, master = _own(keys, origin, text)
        compact = _peaks(entries, origin, stated.size)
    except (ProofInvalid, LookupError, ValueError) as error:
        raise StateLost(f"{origin}: its newest checkpoint: {error}") from error
    if compact.root() != stated.root:
        raise StateLost(
            f"{origin}: the tree of size {stated.size} in the database is not the "
            "one of its newest checkpoint"
        )
    return TakenOver(Signed(origin, compact, stated.root, now), master)


def _own(keys: Keys, origin: str, text: str) -> tuple[Checkpoint, int]:
    """A checkpoint of ours, and the newest master of which a key signed it."""
    signatures = note.parse_note(text.encode()).signatures
    for master in range(keys.newest(), FIRST - 1, -1):
        vkey = note.parse_vkey(keys.vkey(origin, master))
        if master == FIRST or any(map(vkey.signed, signatures)):
            break
    return open_checkpoint(text.encode(), vkey).checkpoint, master


def _peaks(entries: Entries, origin: str, size: int) -> Compact:
    where = entries.find([origin])[origin]
    nodes, start = [], 0
    for level in reversed(range(size.bit_length())):
        if size >> level & 1:
            nodes.append(Node(level, start >> level))
            start += 1 << level
    found = entries.nodes(where, size)(nodes)
    return Compact(size, tuple(found[node] for node in nodes))
