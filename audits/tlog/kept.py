"""What a reader kept of a log, held against the log as it is now.

A checkpoint that was saved years ago, a receipt, an event bundle with the payload
that was disclosed: the log has to begin with every one of them, unchanged.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from pathlib import PurePath

from audits.tlog import anchor, bundle, proof
from audits.tlog.bundle import EventBundle
from audits.tlog.checkpoint import Checkpoint, open_checkpoint
from audits.tlog.documents import load_json
from audits.tlog.elsewhere import file_needs
from audits.tlog.erasure import check_erased
from audits.tlog.hashing import ProofInvalid, leaf_hash
from audits.tlog.note import DASH, Verifier, parse_vkey
from audits.tlog.proof import HEADER, TlogProof
from audits.tlog.removed import EntryRemoved
from audits.tlog.report import Fault, Report
from audits.tlog.rotation import follow, report_steps
from audits.tlog.timestamp import parse_stamp
from audits.tlog.tree import check_inclusion
from audits.tlog.vouch import Others, report_vouching, verify_anchor

RootsAt = Callable[[int], Sequence[bytes]]
"""The roots that the log's files give at a size; none when they are not known."""

EntryAt = Callable[[int], bytes]
"""The entry at an index; ProofInvalid when its file is missing or malformed."""

RAW = (".tsr", ".stamped")
"""Endings of files that openssl reads; what they hold is also in the anchors."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One file that was kept, with a checkpoint whose signature is good."""

    where: str
    checkpoint: Checkpoint
    proof: TlogProof | None = None
    bundle: EventBundle | None = None


class Reader:
    """Reads kept files; one checkpoint's signature is checked once."""

    def __init__(
        self,
        report: Report,
        log: Verifier,
        others: Others,
        beside: Mapping[str, bytes],
    ) -> None:
        """Prepare to report on files that `log` should have signed.

        `beside` are those of the log's folder: anchors, and time stamps as files.
        """
        self.report, self.log, self.others = report, log, others
        self.beside = beside
        self.opened: dict[bytes, Checkpoint] = {}
        self.faults: list[Fault] = []
        """Files that cannot be held against any log."""

    def read(self, files: Iterable[tuple[str, bytes]]) -> list[Piece]:
        """Return what can be held against the log, oldest first."""
        found = []
        own = ((w, d) for w, d in self.beside.items() if not w.endswith(RAW))
        for where, data in chain(own, files):
            try:
                piece = self._piece(where, data)
            except ProofInvalid as error:
                self.faults.append(Fault(where, str(error), place={"file": where}))
                continue
            if piece is not None:
                found.append(piece)
        return sorted(found, key=lambda piece: piece.checkpoint.size)

    def _piece(self, where: str, data: bytes) -> Piece | None:
        if data.startswith(HEADER.encode()):
            receipt = proof.parse(data)
            return Piece(where, self._checkpoint(receipt.note), receipt)
        # A bundle names its format first; other JSON may lie beside it.
        if any(name.encode() in data[:200] for name in bundle.FORMATS):
            held = bundle.parse(data)
            receipt = proof.parse(held.proof)
            given = self.log
            self.log, steps = follow(given, held.rotations)
            report_steps(self.report, given, steps)
            self._same_claims(held, receipt)
            if held.since is not None:
                bundle.check_since(held, self.log)
            if held.erased is not None:
                by, at = check_erased(held, self.log)
                said = f"erased, commitment intact: entry {by} of {at} says so"
                self.report.held.append(f"{where}: payload {said}")
            if held.anchor is not None:
                entry = held.index, held.entry
                trust = self.log, self.others
                verify_anchor(self.report, where, held.anchor, *trust, entry)
            return Piece(where, self._checkpoint(receipt.note), receipt, held)
        if anchor.FORMAT.encode() in data[:200]:
            return self._anchored(where, data)
        return self._noted(where, data)

    def _noted(self, where: str, data: bytes) -> Piece | None:
        if where in self.beside and where.endswith(".checkpoint"):
            return self._cosigned(where, data)
        if f"\n\n{DASH} ".encode() in data:
            return Piece(where, self._checkpoint(data))
        needs = file_needs(PurePath(where).name)
        self.report.unchecked.append(needs or f"{where}: not evidence of a log")
        return None

    def _anchored(self, where: str, data: bytes) -> Piece | None:
        """An anchor of the log; the files beside it are for openssl, and the same."""
        found = anchor.parse(load_json(data, where), where)
        names = self._raw(where, ".json", ".stamped")
        if names and [self.beside.get(n) for n in names] != [found.stamp, found.note]:
            raise ProofInvalid("the files beside it are not the ones that are in it")
        below = verify_anchor(
            self.report, where, found, self.log, self.others, files=names
        )
        return None if below is None else Piece(where, below)

    def _cosigned(self, where: str, data: bytes) -> Piece:
        """A checkpoint of the meta-log itself, as it was cosigned and stamped."""
        opened = open_checkpoint(data, self.log, self.others.witnesses)
        names, stamp = self._raw(where, ".checkpoint", ".checkpoint"), None
        if names:
            stamp = parse_stamp(self.beside[names[0]])
            stamp.check(data)
        report_vouching(self.report, where, opened, stamp, names)
        return Piece(where, opened.checkpoint)

    def _raw(self, where: str, suffix: str, other: str) -> tuple[str, str] | None:
        """The names of time stamp and stamped note, when there is a time stamp."""
        stem = where.removesuffix(suffix)
        names = f"{stem}.tsr", f"{stem}{other}"
        return names if names[0] in self.beside else None

    def _checkpoint(self, data: bytes) -> Checkpoint:
        if data not in self.opened:
            opened = open_checkpoint(data, self.log, self.others.witnesses)
            self.opened[data] = opened.checkpoint
        return self.opened[data]

    def _same_claims(self, held: EventBundle, receipt: TlogProof) -> None:
        claims = (held.log, held.index)
        is_ours = parse_vkey(held.vkey) in self.log.keys
        if claims != (self.log.name, receipt.index) or not is_ours:
            raise ProofInvalid("its log, key or index is not that of its proof")


class Comparison:
    """Holds kept pieces against one log of `size` entries."""

    def __init__(
        self, report: Report, size: int, roots_at: RootsAt, entry_at: EntryAt
    ) -> None:
        """Prepare to compare with what the log's files say."""
        self.report, self.size = report, size
        self.roots_at, self.entry_at = roots_at, entry_at

    def run(self, pieces: Sequence[Piece], *, live: bool) -> None:
        """Report for each piece whether the log still says the same.

        A `live` log has to hold all that it ever signed; a copy may be older.
        """
        holds = [self._prefix(piece, live=live) for piece in pieces]
        self._between(pieces, holds)
        self._two_histories(pieces)
        for piece in pieces:
            if piece.proof is not None:
                self._entry(piece, piece.proof)

    def _prefix(self, piece: Piece, *, live: bool) -> bool | None:
        """Tell whether the log begins with the piece's tree; None when unknown."""
        report, found, where = self.report, piece.checkpoint, piece.where
        if found.size > self.size:
            what = f"it was signed when the log had {found.size} entries"
            if live:
                cut = f"{what}; this one has {self.size}: its end was cut off"
                report.fault(where, cut, file=where)
                return False
            report.unchecked.append(f"{where}: {what}; this copy is older")
            return None
        roots = self.roots_at(found.size)
        if not roots:
            report.unchecked.append(f"{where}: files before its last entry are missing")
            return None
        if found.root in roots:
            report.held.append(
                f"{where}: the log begins with its {found.size} entries, unchanged"
            )
            return True
        what = f"the log does not begin with its {found.size} entries"
        report.fault(where, what, found.root.hex(), roots[0].hex(), file=where)
        return False

    def _between(self, pieces: Sequence[Piece], holds: Sequence[bool | None]) -> None:
        """Say between which entries the log was changed."""
        good = [
            p.checkpoint.size for p, held in zip(pieces, holds, strict=True) if held
        ]
        bad = [
            piece.checkpoint.size
            for piece, held in zip(pieces, holds, strict=True)
            if held is False and piece.checkpoint.size <= self.size
        ]
        if bad:
            first = max((size for size in good if size < bad[0]), default=0)
            self.report.conclusions.append(
                f"an entry from {first} to {bad[0] - 1} was changed after it was "
                "signed. Keep the saved file: its signature proves it"
            )

    def _two_histories(self, pieces: Sequence[Piece]) -> None:
        for one, other in pairwise(pieces):
            a, b = one.checkpoint, other.checkpoint
            if a.size == b.size and a.root != b.root:
                self.report.fault(
                    f"{one.where} and {other.where}",
                    f"both have size {a.size}, but different roots: the log has "
                    "signed two histories. Keep both files, they prove it",
                    a.root.hex(),
                    b.root.hex(),
                    file=one.where,
                    other_file=other.where,
                )

    def _entry(self, piece: Piece, receipt: TlogProof) -> None:
        """Compare the entry that the piece is about, and its disclosed parts."""
        report, where, index = self.report, piece.where, receipt.index
        if index >= self.size:
            return
        held, found = piece.bundle, piece.checkpoint
        ours = self._entry_of_the_log(where, index, held)
        if ours is None:
            return
        if held is not None and held.entry != ours:
            theirs, what = leaf_hash(held.entry), f"entry {index} of the log is another"
            expected, own = theirs.hex(), leaf_hash(ours).hex()
            report.fault(where, what, expected, own, file=where, entry=index)
        leaf = leaf_hash(held.entry if held else ours)
        try:
            check_inclusion(index, found.size, leaf, found.root, receipt.path)
        except ProofInvalid as error:
            report.fault(where, error, file=where, entry=index)
        else:
            report.held.append(f"{where}: proves entry {index}")
        if held is not None:
            self._parts(where, held)

    def _entry_of_the_log(
        self, where: str, index: int, held: EventBundle | None
    ) -> bytes | None:
        """Return what to compare with; None when nothing can be said of the entry."""
        try:
            return self.entry_at(index)
        except EntryRemoved as error:
            if held is not None:
                return held.entry  # the proof in the same file decides
            self.report.unchecked.append(f"{where}: {error}, and is not in this file")
        except ProofInvalid:
            what = f"{where}: the file with entry {index} is wrong"
            self.report.unchecked.append(what)
        return None

    def _parts(self, where: str, held: EventBundle) -> None:
        index = held.index
        try:
            found = bundle.disclose(held.entry, held.parts)
        except ProofInvalid as error:
            if held.parts:
                self.report.fault(where, error, file=where, entry=index)
            return
        self.report.held += [
            f"{where}: {text} is what entry {index} committed to" for text in found.held
        ]
        for text in found.faults:
            self.report.fault(where, text, file=where, entry=index)
        if held.erased is not None:
            return  # checked when the piece was read
        self.report.unchecked += [
            f"{where}: {text} of entry {index}: not disclosed"
            for text in found.undisclosed
        ]
