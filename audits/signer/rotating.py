"""Handing a log over from one key to the next. Invariants:

1. The next key is asked for in the signer's own folder, never over its socket: whoever
   took over the web cannot change keys.
2. It signs from the tree on that records it; that tree is signed by both keys, so that
   the old key vouches for the new one.
3. Until the overlap ends both sign; then the old key never signs again.
"""

from collections.abc import Iterable
from typing import Any

from audits.signer.keys import Keys
from audits.signer.signing import MICROSECONDS, Signer
from audits.signer.state import Key, Refusal, State
from audits.tlog import note
from audits.tlog.rotation import statement

Asked = tuple[str, Key]


def ask(
    keys: Keys, state: State, origins: Iterable[str], overlap: int, by: str, why: str
) -> int:
    """Have these logs get a key out of a new master; returns the master's number.

    Raises LookupError for a log that the state does not know, and ValueError for one
    whose last rotation is not recorded yet.
    """
    wanted = list(origins)
    with state.change():
        if missing := set(wanted) - set(state.origins()):
            raise LookupError(f"the state knows no log {sorted(missing)[0]}")
        for origin in wanted:
            if state.keys(origin)[-1].size is None:
                raise ValueError(f"the last rotation of {origin} is not recorded yet")
        # A master that nothing came out of yet is left from a run that was cut short.
        new = keys.newest()
        if new <= state.newest_used():
            new = keys.add_master()
        for origin in wanted:
            state.keep_key(origin, Key(new, None, 0, overlap, by, why))
    return new


def pending(signer: Signer) -> list[dict[str, Any]]:
    """What the logs do not record yet; of what they do, nobody's name is kept."""
    found = []
    for origin in signer.state.rotations():
        *_earlier, old, new = signer.state.keys(origin)
        if _is_recorded(signer, origin, new):
            if new.person or new.reason:
                kept = new._replace(person="", reason="")
                with signer.state.change():
                    signer.state.keep_key(origin, kept)
            continue
        found.append(
            {"origin": origin, "person": new.person, "reason": new.reason,
             "old": signer.keys.vkey(origin, old.master),
             "new": signer.keys.vkey(origin, new.master)}
        )  # fmt: skip
    return found


def hand_over(signer: Signer, origin: str, size: int) -> dict[str, Any] | Refusal:
    """Let the next key sign from the tree of `size` on, which is to record it.

    Returns the statement that both keys signed. Asked again before it is recorded,
    another size and time count.
    """
    with signer.state.change():
        held = signer.state.keys(origin)
        new = held[-1]
        if len(held) < 2 or _is_recorded(signer, origin, new):
            return Refusal(origin, "unknown", f"no key of {origin} is to be recorded")
        old, at = held[-2], signer.now() // MICROSECONDS
        ends = at + new.overlap
        signer.state.keep_key(origin, new._replace(size=size, ends=ends))
    before, after = (signer.keys.vkey(origin, each.master) for each in (old, new))
    text = statement(origin, before, after, size, at, ends)
    both = [signer.keys.log(origin, each.master) for each in (old, new)]
    return {"note": str(note.sign(text, both)), "new": after, "ends": ends}


def _is_recorded(signer: Signer, origin: str, key: Key) -> bool:
    vkey = signer.keys.vkey(origin, key.master)
    return key.size is not None and signer.entries.records(origin, vkey)
