"""What gets a signature. Invariants:

1. The signer hashes the entries itself, as the database has them stored.
2. It signs a tree only if that begins with every tree that it has signed before.
3. A size never gets a second root.
4. What it signs is in its own state, on the disk, before the signature leaves.
5. It signs nothing of a log that it did not open, nor when the clock went back.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from audits.signer.keys import FIRST, Keys
from audits.signer.reading import Entries, Where
from audits.signer.state import Key, Refusal, Signed, State, masters
from audits.signer.taking_over import LOST, StateLost, taken_over
from audits.signer.witnessing import Witness
from audits.tlog import note
from audits.tlog.checkpoint import Checkpoint
from audits.tlog.compact import Compact
from audits.tlog.consistency import check_consistency, prove_consistency
from audits.tlog.hashing import ProofInvalid

MICROSECONDS = 1_000_000
# LIMIT: as appending does; clocks are corrected by less all the time.
CLOCK_TOLERANCE = 300 * MICROSECONDS
# LIMIT: some hundred kB per log. Requests that were overtaken are a few steps behind.
LATELY = 8
TELL_EVERY = 1000


class Asked(NamedTuple):
    """A tree that somebody wants signed."""

    origin: str
    size: int
    root: bytes


class Walk(NamedTuple):
    """Leaves that were read from a tree on."""

    before: Compact
    leaves: list[bytes]


class Signer:
    """The keys, the state and the entries; one thread at a time."""

    def __init__(
        self,
        keys: Keys,
        state: State,
        entries: Entries,
        witness: Witness,
        *,
        tell: Callable[[Refusal], None] = lambda _refusal: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`tell` hears of each new refusal; only tests have another `clock`."""
        self.keys, self.state, self.entries = keys, state, entries
        self.witness = witness
        self._tell, self._clock = tell, clock
        self._lately: dict[str, deque[Walk]] = {}

    def now(self) -> int:
        """Microseconds of Unix time."""
        return int(self._clock() * MICROSECONDS)

    def open(self, origin: str) -> str | Refusal:
        """Begin a log that does not exist yet; returns its verification key."""
        if self.entries.has_log(origin) and not self.state.signed([origin]):
            return Refusal(origin, "unknown", _unknown(origin))
        if self.state.begin(origin, self.now()):
            self._begin_with(origin, self.state.newest_used())
        return self.keys.vkey(origin, self.state.keys(origin)[0].master)

    def masters(self, asked: Asked) -> list[int]:
        """Out of which masters a tree is signed now: the last one is the newest."""
        keys = self.state.keys(asked.origin)
        return masters(keys, asked.size, self.now() // MICROSECONDS)

    def _begin_with(self, origin: str, master: int) -> None:
        if master != FIRST:
            self.state.keep_key(origin, Key(master, 0, 0, 0))

    def sign(self, asked: Sequence[Asked]) -> list[str | Refusal]:
        """Sign what may be signed, each as a note; say of the others why not."""
        try:
            with self.state.change():
                refusals = self._judge(set(asked))
        except BaseException:
            # ORDER: what the state does not know was not signed, whatever was read.
            self._lately.clear()
            raise
        # If we stop here: the state knows of trees that nobody has a signature of.
        # Asked for again, they are signed.
        notes: dict[Asked, str | Refusal] = {
            each: refusals.get(each) or self._note(each) for each in set(asked)
        }
        return [notes[each] for each in asked]

    def refuse_lost_state(self) -> None:
        """Raise StateLost when the database has a past that the state knows nothing of.

        A new installation has neither.
        """
        saved = self.entries.saved()
        if self.state.is_empty() and any(text is not None for _origin, text in saved):
            raise StateLost(LOST)

    def accept_new_state(self) -> int:
        """Go on from the saved checkpoints of the logs that the state does not know.

        Each must have our own signature, and the database's tree its root: StateLost
        otherwise. Returns how many logs there were.
        """
        saved = self.entries.saved()
        now = self.now()
        with self.state.change():
            known = self.state.signed(origin for origin, _text in saved)
            new = [(origin, text) for origin, text in saved if origin not in known]
            self.witness.take_over(self.entries.cosigned())
            for origin, text in new:
                found = taken_over(self.keys, self.entries, origin, text, now)
                self.state.accept(found.signed, now)
                self._begin_with(origin, found.master)
        return len(new)

    def _judge(self, asked: Iterable[Asked]) -> dict[Asked, Refusal]:
        """Move the state forward as far as may be; returns what is not signed."""
        by_log: dict[str, list[Asked]] = {}
        for each in asked:
            by_log.setdefault(each.origin, []).append(each)
        seen = self.state.signed(by_log)
        where = self.entries.find(list(by_log))
        now, refusals = self.now(), {}
        for origin, wanted in by_log.items():
            found = self._judge_log(origin, wanted, seen.get(origin), where, now)
            refusals.update(found)
        for refusal in refusals.values():
            # LIMIT: a log that is asked for all the time is not told of all the time.
            if self.state.refuse(refusal, now) % TELL_EVERY == 1:
                self._tell(refusal)
        return refusals

    def _judge_log(
        self,
        origin: str,
        wanted: Sequence[Asked],
        signed: Signed | None,
        where: Mapping[str, Where],
        now: int,
    ) -> dict[Asked, Refusal]:
        if signed is None:
            return _all(wanted, "unknown", _unknown(origin))
        if now < signed.at - CLOCK_TOLERANCE:
            return _all(
                wanted, "clock",
                f"the clock is {(signed.at - now) // MICROSECONDS} s behind the last "
                "signature of this log",
            )  # fmt: skip
        if origin not in where:
            return _all(wanted, "rollback", "the database does not have this log")
        sizes = {each.size for each in wanted}
        grown, walks = self._reread(signed, where[origin], sizes)
        newest = max((each.size for each in wanted if _fits(each, grown)), default=0)
        if newest > signed.size:
            compact, at = grown[newest], max(now, signed.at)
            self.state.advance(Signed(origin, compact, compact.root(), at))
            self._remember(origin, walks, newest)
        refusals = {}
        for each in wanted:
            refusal = self._refusal(each, signed, where[origin], grown)
            if refusal is not None:
                refusals[each] = refusal
        return refusals

    def _reread(
        self, signed: Signed, where: Where, sizes: set[int]
    ) -> tuple[Mapping[int, Compact], Sequence[Walk]]:
        """The trees of the larger ones of these sizes, from the entries as stored."""
        grown = {signed.size: signed.compact}
        walks: deque[Walk] = deque(maxlen=LATELY)
        larger = sorted(size for size in sizes if size > signed.size)
        compact, end = signed.compact, max(larger, default=0)
        for leaves in self.entries.leaves(where, signed.size, end):
            walks.append(Walk(compact, leaves))
            start, taken = compact.size, 0
            for size in larger:
                if start + taken < size <= start + len(leaves):
                    compact = compact.append(leaves[taken : size - start])
                    taken = size - start
                    grown[size] = compact
            compact = compact.append(leaves[taken:])
        return grown, walks

    def _refusal(
        self, asked: Asked, signed: Signed, where: Where, grown: Mapping[int, Compact]
    ) -> Refusal | None:
        if asked.size in grown:
            if _fits(asked, grown):
                return None
            return Refusal(
                asked.origin, "fork",
                f"the entries in the database, hashed again from the signed tree of "
                f"size {signed.size}, lead to root {grown[asked.size].root().hex()} at "
                f"size {asked.size}; to be signed was {asked.root.hex()}",
            )  # fmt: skip
        if asked.size > signed.size:
            return Refusal(
                asked.origin, "missing",
                f"the database does not have the entries up to size {asked.size}; the "
                f"tree of size {signed.size} is signed",
            )  # fmt: skip
        return self._refusal_of_old(asked, signed, where)

    def _refusal_of_old(
        self, asked: Asked, signed: Signed, where: Where
    ) -> Refusal | None:
        """None for a size that was passed, if the signed tree begins with that tree."""
        for walk in self._lately.get(asked.origin, ()):
            at = asked.size - walk.before.size
            if 0 <= at <= len(walk.leaves):
                tree = walk.before.append(walk.leaves[:at])
                if tree.root() == asked.root:
                    return None
        try:
            nodes = self.entries.nodes(where, signed.size)
            proof = prove_consistency(asked.size, signed.size, nodes)
            check_consistency(asked.size, signed.size, asked.root, signed.root, proof)
        except (ProofInvalid, LookupError, ValueError) as error:
            return Refusal(
                asked.origin, "rollback",
                f"the tree of size {signed.size} is signed, and the database does not "
                f"prove that it begins with that of size {asked.size}: {error}",
            )  # fmt: skip
        return None

    def _remember(self, origin: str, walks: Sequence[Walk], end: int) -> None:
        """Keep the leaves that led to the newest signature, and none beyond it."""
        lately = self._lately.setdefault(origin, deque(maxlen=LATELY))
        for before, leaves in walks:
            lately.append(Walk(before, leaves[: max(0, end - before.size)]))

    def _note(self, asked: Asked) -> str:
        text = Checkpoint(*asked).text()
        keys = [self.keys.log(asked.origin, each) for each in self.masters(asked)]
        return str(note.sign(text, keys))


def _fits(asked: Asked, grown: Mapping[int, Compact]) -> bool:
    return asked.size in grown and grown[asked.size].root() == asked.root


def _all(wanted: Sequence[Asked], kind: str, why: str) -> dict[Asked, Refusal]:
    return {each: Refusal(each.origin, kind, why) for each in wanted}


def _unknown(origin: str) -> str:
    return (
        f"the state knows nothing of {origin}, which the database has: the state was "
        "lost or set back, or the log was put into the database by somebody else"
    )
