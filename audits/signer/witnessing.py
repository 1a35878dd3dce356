"""Being a witness (c2sp.org/tlog-witness): compare, store, and only then cosign.

What was cosigned is in the signer's own state and not in the database, so that a
database that was set back does not make us cosign a second history of somebody's log.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import NamedTuple

from audits.signer.keys import Keys
from audits.signer.state import State
from audits.tlog import note
from audits.tlog.checkpoint import Checkpoint, parse
from audits.tlog.consistency import check_consistency
from audits.tlog.encoding import parse_hash
from audits.tlog.hashing import EMPTY_ROOT, ProofInvalid
from audits.tlog.note import (
    COSIGNATURE,
    ED25519,
    Verifier,
    parse_note,
    parse_vkey,
)
from audits.tlog.witness import AddCheckpoint, parse_request

Logs = Mapping[str, Sequence[Verifier]]


class Refused(Exception):
    """The checkpoint gets no cosignature: the status and the body of the answer."""

    def __init__(self, status: HTTPStatus, body: str) -> None:
        super().__init__(body)
        self.status = status
        self.body = body


class Configured(NamedTuple):
    """Under which name we cosign, and whom."""

    name: str
    logs: Logs


def typed_key(text: str, kind: int) -> Verifier:
    """The key of a vkey line; ProofInvalid when it is of another kind."""
    found = parse_vkey(text)
    if found.kind != kind:
        raise ProofInvalid(
            f"the key of {found.name} is of another type than it has to be."
        )
    return found


def logs_of(texts: Iterable[str]) -> Logs:
    """The keys of each log, by origin; several of one name are its old and new key."""
    found: dict[str, list[Verifier]] = {}
    for text in texts:
        key = typed_key(text, ED25519)
        found.setdefault(key.name, []).append(key)
    return found


class Witness:
    """What we cosign of other installations' logs."""

    def __init__(
        self, keys: Keys, state: State, configured: Callable[[], Configured]
    ) -> None:
        """`configured` is asked each time."""
        self._keys, self._state, self._configured = keys, state, configured

    def vkey(self) -> str:
        """Our verifier key as a witness, to hand to the logs that we cosign."""
        signer = self._signer()
        return note.vkey(signer.name, signer.public, COSIGNATURE)

    def add_checkpoint(self, body: bytes) -> str:
        """Cosign a checkpoint that extends what we saw; returns the signature's line.

        Raises Refused as the protocol wants it. What we saw is stored before we answer.
        """
        asked, text = self._opened(body)
        found = _stated(text)
        if asked.old > found.size:
            raise Refused(
                HTTPStatus.BAD_REQUEST,
                f"the old size {asked.old} is larger than the checkpoint's, "
                f"{found.size}\n",
            )
        at = self._extend(asked, found)
        # If we stop here: we have seen a tree that has no cosignature of ours. It is
        # asked for again, from the size that the 409 names.
        return note.cosign(text, self._signer(), at).line()

    def take_over(self, notes: Iterable[str]) -> None:
        """Know again what we cosigned, from notes under which our own line stands."""
        notes = list(notes)
        self._remember_master(notes)
        mine = parse_vkey(self.vkey())
        for each in notes:
            text = note.open_note(each.encode(), [mine]).text
            found = parse(text)
            size, _root, _at = self._state.witnessed(found.origin)
            if found.size > size:
                self._state.witness(found.origin, found.size, found.root, _now())

    def _signer(self) -> note.Signer:
        name = self._configured().name
        master = self._state.witness_master(name, self._state.newest_used())
        return self._keys.cosigner(name, master)

    def _remember_master(self, notes: Iterable[str]) -> None:
        """Find out of which master the key comes that cosigned these."""
        name = self._configured().name
        lines = {
            s.key_id for each in notes for s in parse_note(each.encode()).signatures
        }
        for master in range(1, self._keys.newest() + 1):
            public = self._keys.cosigner(name, master).public
            if note.key_id(name, COSIGNATURE, public) in lines:
                self._state.witness_master(name, master)

    def _opened(self, body: bytes) -> tuple[AddCheckpoint, str]:
        """The request and its checkpoint's text, signed by a key that we know."""
        try:
            asked = parse_request(body)
            origin = parse_note(asked.note).text.partition("\n")[0]
        except ProofInvalid as error:
            raise Refused(HTTPStatus.BAD_REQUEST, f"{error}\n") from error
        known = self._configured().logs.get(origin)
        if known is None:
            raise Refused(HTTPStatus.NOT_FOUND, "this origin is unknown here\n")
        try:
            return asked, note.open_note(asked.note, known).text
        except ProofInvalid as error:
            raise Refused(HTTPStatus.FORBIDDEN, f"{error}\n") from error

    def _extend(self, asked: AddCheckpoint, found: Checkpoint) -> int:
        """Store the tree if it extends the one that we saw; the time to state."""
        with self._state.change():
            size, root, at = self._state.witnessed(found.origin)
            if size != asked.old:
                raise Refused(HTTPStatus.CONFLICT, f"{size}\n")
            try:
                check_consistency(size, found.size, root, found.root, asked.proof)
            except ProofInvalid as error:
                status = HTTPStatus.UNPROCESSABLE_ENTITY
                raise Refused(status, f"{error}\n") from error
            at = max(_now(), at)
            self._state.witness(found.origin, found.size, found.root, at)
        return at


def _stated(text: str) -> Checkpoint:
    try:
        return parse(text)
    except ProofInvalid as error:
        status = HTTPStatus.BAD_REQUEST
        if _is_empty_with_another_root(text):
            status = HTTPStatus.UNPROCESSABLE_ENTITY
        raise Refused(status, f"{error}\n") from error


def _is_empty_with_another_root(text: str) -> bool:
    lines = text.split("\n")
    try:
        return lines[1] == "0" and parse_hash(lines[2], "the root") != EMPTY_ROOT
    except (IndexError, ProofInvalid):
        return False


def _now() -> int:
    """Seconds of Unix time."""
    return int(time.time())
