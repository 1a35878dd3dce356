"""Where the entries of a log lead to, from the last tree that was signed."""

from collections import deque
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from audits.signer.reading import Stretch, Where
from audits.signer.state import Signed
from audits.tlog.compact import Compact

# LIMIT: some hundred kB per log. Requests that were overtaken are a few steps behind.
LATELY = 8


class Walk(NamedTuple):
    """Leaves that were read from a tree on."""

    before: Compact
    leaves: list[bytes]


class Growth:
    """Trees of one log beyond the signed one; each is there once it is reached."""

    def __init__(self, where: Where, signed: Signed, sizes: Iterable[int]) -> None:
        """`sizes` of trees that are asked for; nothing is read yet."""
        self.where, self.signed, self.origin = where, signed, signed.origin
        self.trees = {signed.size: signed.compact}
        self.walks: deque[Walk] = deque(maxlen=LATELY)
        self._larger = sorted({size for size in sizes if size > signed.size})
        self._reached = signed.compact

    @property
    def is_behind(self) -> bool:
        """Whether a size beyond the signed tree is asked for."""
        return bool(self._larger)

    @property
    def stretch(self) -> Stretch:
        """The entries that lead to the largest size, of which there is one."""
        return Stretch(self.where, self.signed.size, self._larger[-1])

    def add(self, leaves: Sequence[bytes]) -> None:
        """Go on by the leaves that come next."""
        compact, taken = self._reached, 0
        self.walks.append(Walk(compact, list(leaves)))
        start = compact.size
        for size in self._larger:
            if start + taken < size <= start + len(leaves):
                compact = compact.append(leaves[taken : size - start])
                taken = size - start
                self.trees[size] = compact
        self._reached = compact.append(leaves[taken:])

    def fits(self, size: int, root: bytes) -> bool:
        """Whether the tree of this size is reached, and has this root."""
        return size in self.trees and self.trees[size].root() == root
