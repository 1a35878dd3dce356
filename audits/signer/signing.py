"""What gets a signature. Invariants:

1. The signer hashes the entries itself, as the database has them stored.
2. It signs a tree only if that begins with every tree that it has signed before.
3. A size never gets a second root.
4. What it signs is in its own state, on the disk, before the signature leaves.
5. It signs nothing of a log that it did not open, nor when the clock went back.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from audits.signer.growth import LATELY, Growth, Walk
from audits.signer.keys import FIRST, Keys
from audits.signer.reading import Entries
from audits.signer.state import Key, Refusal, Signed, State, masters
from audits.signer.taking_over import LOST, StateLost, taken_over
from audits.signer.witnessing import Witness
from audits.tlog import note
from audits.tlog.checkpoint import Checkpoint
from audits.tlog.consistency import check_consistency, prove_consistency
from audits.tlog.hashing import ProofInvalid

MICROSECONDS = 1_000_000
# LIMIT: as appending does; clocks are corrected by less all the time.
CLOCK_TOLERANCE = 300 * MICROSECONDS
TELL_EVERY = 1000


class Asked(NamedTuple):
    """A tree that somebody wants signed."""

    origin: str
    size: int
    root: bytes


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
                signed = set(asked) - refusals.keys()
                masters = {each: self.masters(each) for each in signed}
        except BaseException:
            # ORDER: what the state does not know was not signed, whatever was read.
            self._lately.clear()
            raise
        # If we stop here: the state knows of trees that nobody has a signature of.
        # Asked for again, they are signed.
        notes = {each: self._note(each, found) for each, found in masters.items()}
        return [refusals.get(each) or notes[each] for each in asked]

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
        now, growths = self.now(), []
        refusals: dict[Asked, Refusal] = {}
        for found in self._begun(by_log, now):
            if isinstance(found, Growth):
                growths.append(found)
            else:
                refusals.update(dict.fromkeys(by_log[found.origin], found))
        self._reread([each for each in growths if each.is_behind])
        for growth in growths:
            refusals.update(self._advance(growth, by_log[growth.origin], now))
        for refusal in refusals.values():
            # LIMIT: a log that is asked for all the time is not told of all the time.
            if self.state.refuse(refusal, now) % TELL_EVERY == 1:
                self._tell(refusal)
        return refusals

    def _begun(
        self, by_log: Mapping[str, Sequence[Asked]], now: int
    ) -> Iterator[Growth | Refusal]:
        """What to read of each log, or why nothing of it is signed."""
        seen = self.state.signed(by_log)
        where = self.entries.find(list(by_log))
        for origin, wanted in by_log.items():
            signed = seen.get(origin)
            if signed is None:
                yield Refusal(origin, "unknown", _unknown(origin))
            elif now < signed.at - CLOCK_TOLERANCE:
                yield Refusal(
                    origin, "clock",
                    f"the clock is {(signed.at - now) // MICROSECONDS} s behind the "
                    "last signature of this log",
                )  # fmt: skip
            elif origin not in where:
                yield Refusal(origin, "rollback", "the database has no such log")
            else:
                yield Growth(where[origin], signed, (each.size for each in wanted))

    def _reread(self, growths: Sequence[Growth]) -> None:
        """Read the new entries of all these logs together, as they are stored."""
        if not growths:
            return
        # What was not signed yet was hardly received before the last signature. What
        # was, is found all the same.
        since = min(each.signed.at for each in growths) - CLOCK_TOLERANCE
        by_place = {each.where: each for each in growths}
        stretches = [each.stretch for each in growths]
        for place, leaves in self.entries.leaves(stretches, _as_time(since)):
            by_place[place].add(leaves)

    def _advance(
        self, growth: Growth, wanted: Sequence[Asked], now: int
    ) -> dict[Asked, Refusal]:
        """Write down the newest tree that fits; returns what is not signed."""
        signed = growth.signed
        fitting = (each.size for each in wanted if growth.fits(each.size, each.root))
        newest = max(fitting, default=0)
        if newest > signed.size:
            compact, at = growth.trees[newest], max(now, signed.at)
            self.state.advance(Signed(growth.origin, compact, compact.root(), at))
            self._remember(growth, newest)
        found = {each: self._refusal(each, growth) for each in wanted}
        return {each: why for each, why in found.items() if why is not None}

    def _refusal(self, asked: Asked, growth: Growth) -> Refusal | None:
        signed, found = growth.signed, growth.trees.get(asked.size)
        if found is not None:
            if found.root() == asked.root:
                return None
            return Refusal(
                asked.origin, "fork",
                f"the entries in the database, hashed again from the signed tree of "
                f"size {signed.size}, lead to root {found.root().hex()} at "
                f"size {asked.size}; to be signed was {asked.root.hex()}",
            )  # fmt: skip
        if asked.size > signed.size:
            return Refusal(
                asked.origin, "missing",
                f"the database does not have the entries up to size {asked.size}; the "
                f"tree of size {signed.size} is signed",
            )  # fmt: skip
        return self._refusal_of_old(asked, growth)

    def _refusal_of_old(self, asked: Asked, growth: Growth) -> Refusal | None:
        """None for a size that was passed, if the signed tree begins with that tree."""
        signed = growth.signed
        for walk in self._lately.get(asked.origin, ()):
            at = asked.size - walk.before.size
            if 0 <= at <= len(walk.leaves):
                tree = walk.before.append(walk.leaves[:at])
                if tree.root() == asked.root:
                    return None
        try:
            nodes = self.entries.nodes(growth.where, signed.size)
            proof = prove_consistency(asked.size, signed.size, nodes)
            check_consistency(asked.size, signed.size, asked.root, signed.root, proof)
        except (ProofInvalid, LookupError, ValueError) as error:
            return Refusal(
                asked.origin, "rollback",
                f"the tree of size {signed.size} is signed, and the database does not "
                f"prove that it begins with that of size {asked.size}: {error}",
            )  # fmt: skip
        return None

    def _remember(self, growth: Growth, end: int) -> None:
        """Keep the leaves that led to the newest signature, and none beyond it."""
        lately = self._lately.setdefault(growth.origin, deque(maxlen=LATELY))
        for before, leaves in growth.walks:
            lately.append(Walk(before, leaves[: max(0, end - before.size)]))

    def _note(self, asked: Asked, masters: Iterable[int]) -> str:
        text = Checkpoint(*asked).text()
        keys = [self.keys.log(asked.origin, each) for each in masters]
        return str(note.sign(text, keys))


def _as_time(at: int) -> datetime:
    return datetime.fromtimestamp(at // MICROSECONDS, UTC)


def _unknown(origin: str) -> str:
    return (
        f"the state knows nothing of {origin}, which the database has: the state was "
        "lost or set back, or the log was put into the database by somebody else"
    )
