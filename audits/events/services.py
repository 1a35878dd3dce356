"""Taking in prediction events: all of a request, or nothing of it."""

import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import connection

from audits.events.build import KeysMoved
from audits.events.contents import IdConflict, Job, Written, foretold
from audits.events.encoding import LATE, Event
from audits.events.encoding.leaf import leaf
from audits.events.models import EventSource, Flag, KnownName
from audits.events.selectors import seen_macs
from audits.events.turns import soon, write, write_soon
from audits.log.models import Log
from audits.log.seal import signed_checkpoint
from audits.log.selectors import head_checkpoint, inclusion_path, stored_leaf
from audits.log.services import Leaf
from audits.payloads.encoding import new_labels
from audits.payloads.keys import Keys
from audits.payloads.selectors import forget_keys_of, keys_of
from audits.tlog.hashing import leaf_hash

ERASED = b""
"""The MAC of what was posted of an erased person: it is compared with nothing."""


class Posted(msgspec.Struct, frozen=True, gc=False):
    """One event of a request: its fields and the exact bytes that came."""

    event: Event
    body: bytes


class Receipt(msgspec.Struct, frozen=True):
    """What is answered for one event; the path refers to the shared hashes."""

    id: UUID
    status: str
    index: int
    leaf_hash: str
    """In hexadecimal."""
    path: list[int]
    flags: list[str]


@dataclass(frozen=True, slots=True)
class Answer:
    """The receipts of a request, one signed checkpoint and the hashes they share."""

    log: Log
    checkpoint: str
    hashes: list[bytes]
    receipts: list[Receipt]

    @property
    def any_new(self) -> bool:
        return any(receipt.status == "appended" for receipt in self.receipts)


def append_batch(
    *, source: EventSource, log: Log, posted: Sequence[Posted], now: datetime
) -> Answer:
    """Append the events that are new; the same event again has the same receipt.

    Raises IdConflict when an id came with another body, within the request or
    ever before. Signs after the commit: accepted means in the signed tree.
    """
    while True:
        try:
            written = write(_job(source, log, posted, now))
        except KeysMoved:
            # Nothing was written. Each time round, somebody was erased meanwhile.
            forget_keys_of(log)
        else:
            return receipts([item.event.id for item in posted], written)


async def append_soon(
    *, source: EventSource, log: Log, posted: Sequence[Posted], now: datetime
) -> Answer:
    """The same on an event loop, for the few events that a service has at a time."""
    while True:
        try:
            written = await write_soon(await soon(_job, source, log, posted, now))
        except KeysMoved:
            forget_keys_of(log)
        else:
            return await soon(receipts, [item.event.id for item in posted], written)


def _job(source: EventSource, log: Log, posted: Sequence[Posted], now: datetime) -> Job:
    keys, known = keys_of(log), _known_names(log, posted)
    prepared = _prepared(source, log, posted, known, now, keys)
    return Job(log, prepared, now, keys.version)


def _prepared(
    source: EventSource,
    log: Log,
    posted: Sequence[Posted],
    known: set[tuple[str, str]],
    now: datetime,
    keys: Keys,
) -> dict[UUID, Leaf]:
    """The leaf of each event, by its id; IdConflict for two bodies under one id."""
    prepared: dict[UUID, Leaf] = {}
    mac_of = _mac(log)
    for item, label in zip(posted, new_labels(len(posted)), strict=True):
        event, mac = item.event, mac_of(item.body)
        earlier = prepared.get(event.id)
        if earlier is None:
            flags = _flags(event, known, now)
            prepared[event.id] = leaf(
                event, source=source, body_mac=mac, flags=flags, keys=keys, label=label
            )
        elif earlier.body_mac != mac:
            raise IdConflict(event.id)
    return prepared


def append_apart(
    *, source: EventSource, log: Log, posted: Sequence[Posted], now: datetime
) -> list[Posted]:
    """Append all but those whose id is in the log with another body; return those.

    For senders who cannot mend a request: it is written in batches, each of which
    may come again.
    """
    refused: list[Posted] = []
    most = settings.EVENTS_MAX_COUNT
    for start in range(0, len(posted), most):
        batch = posted[start : start + most]
        try:
            append_batch(source=source, log=log, posted=batch, now=now)
        except IdConflict:
            # Only now are they looked for: hardly anybody has one.
            batch, others = told_apart(log, batch)
            refused += others
            if batch:
                append_batch(source=source, log=log, posted=batch, now=now)
    return refused


def told_apart(log: Log, posted: Sequence[Posted]) -> tuple[list[Posted], list[Posted]]:
    """Those that may be appended, and those whose id stands for another body."""
    seen = seen_macs(log, {item.event.id for item in posted})
    fit: list[Posted] = []
    others: list[Posted] = []
    for item in posted:
        mac = body_mac(log, item.body)
        same = seen.setdefault(item.event.id, mac) in (mac, ERASED)
        (fit if same else others).append(item)
    return fit, others


def rehearse(
    source: EventSource, log: Log, posted: Sequence[Posted], now: datetime
) -> list[dict[str, Any]]:
    """Say what `append_batch` would do, and do nothing of it.

    Raises IdConflict where it would.
    """
    known = _known_names(log, posted)
    seen = seen_macs(log, {item.event.id for item in posted})
    told = []
    for item in posted:
        mac = body_mac(log, item.body)
        status = "duplicate" if item.event.id in seen else "appended"
        if seen.setdefault(item.event.id, mac) not in (mac, ERASED):
            raise IdConflict(item.event.id)
        flags = _flags(item.event, known, now)
        told.append(
            foretold(item.event, source=source.name, status=status, flags=flags)
        )
    return told


def body_mac(log: Log, body: bytes) -> bytes:
    """What tells two bodies apart without keeping them: an HMAC, not a bare hash."""
    return _mac(log)(body)


def _mac(log: Log) -> Callable[[bytes], bytes]:
    key = settings.IDEMPOTENCY_SECRET.encode() + log.origin.encode()
    keyed = hmac.new(key, digestmod="sha256")

    def mac(body: bytes) -> bytes:
        # A copy is keyed already: two blocks less to hash.
        copied = keyed.copy()
        copied.update(body)
        return copied.digest()

    return mac


def receipts(ids: Sequence[UUID], written: Written) -> Answer:
    """Answer in the order of the request, after the commit."""
    log, appended = written.log, written.appended
    if appended is None:
        checkpoint, hashes = head_checkpoint(log), []
    else:
        checkpoint, hashes = appended.checkpoint, list(appended.hashes)
    by_id: dict[UUID, Receipt] = {}
    if appended is not None:
        for at, item in enumerate(written.new):
            if item.event_id is not None:
                by_id[item.event_id] = Receipt(
                    item.event_id, "appended", appended.first + at,
                    appended.leaf_hashes[at].hex(), appended.paths[at],
                    Flag.names(item.flags),
                )  # fmt: skip
    if written.indexes:
        _add_duplicates(by_id, log, written.indexes, checkpoint.size, hashes)
    answered = []
    for event_id in ids:
        receipt = by_id[event_id]
        answered.append(receipt)
        if receipt.status == "appended":  # a second one in the same request
            by_id[event_id] = Receipt(
                receipt.id, "duplicate", receipt.index, receipt.leaf_hash,
                receipt.path, receipt.flags,
            )  # fmt: skip
    note = written.note or signed_checkpoint(checkpoint)
    return Answer(log, note, hashes, answered)


def _add_duplicates(
    by_id: dict[UUID, Receipt],
    log: Log,
    indexes: dict[UUID, int],
    size: int,
    hashes: list[bytes],
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT idx, entry, flags FROM audits_entry"
            " WHERE log_id = %s AND idx = ANY(%s)",
            [log.pk, list(indexes.values())],
        )
        rows = {idx: (bytes(entry), flags) for idx, entry, flags in cursor.fetchall()}
    for event_id, idx in indexes.items():
        # Its entry may be removed under the retention duty; its hash never is.
        entry, flags = rows.get(idx, (b"", 0))
        leaf = leaf_hash(entry) if entry else stored_leaf(log, idx, size)
        path = inclusion_path(log, idx, size)
        first = len(hashes)
        hashes.extend(path)
        by_id[event_id] = Receipt(
            event_id, "duplicate", idx, leaf.hex(),
            list(range(first, first + len(path))), Flag.names(flags),
        )  # fmt: skip


# Plain texts: the members of an enumeration are slow to look up.
VERSION = KnownName.Kind.MODEL_VERSION.value
DEPLOYMENT = KnownName.Kind.DEPLOYMENT.value
# What a log knows is never unsaid, so what was found once is found for good.
_found: dict[int, set[tuple[str, str]]] = {}


def forget_names() -> None:
    """Drop what was found: when the process turns to another database."""
    _found.clear()


def _known_names(log: Log, posted: Sequence[Posted]) -> set[tuple[str, str]]:
    wanted = {(VERSION, name) for name in {p.event.model_version for p in posted}}
    deployments = {p.event.deployment for p in posted}
    wanted |= {(DEPLOYMENT, name) for name in deployments if name}
    found = _found.get(log.pk, set())
    if not wanted <= found:
        names = [name for _kind, name in wanted]
        rows = KnownName.objects.filter(log=log, name__in=names)
        found = found | set(rows.values_list("kind", "name"))
        _found[log.pk] = found
    return found


def _flags(event: Event, known: set[tuple[str, str]], now: datetime) -> int:
    flags = 0
    if (VERSION, event.model_version) not in known:
        flags |= Flag.UNKNOWN_MODEL_VERSION
    if event.deployment and (DEPLOYMENT, event.deployment) not in known:
        flags |= Flag.UNKNOWN_DEPLOYMENT
    if event.occurred_at < now - LATE:
        flags |= Flag.LATE
    return flags


def tell_name(*, log: Log, kind: KnownName.Kind, name: str) -> None:
    """Write down a version or deployment that the registry has for this log."""
    KnownName.objects.get_or_create(log=log, kind=kind, name=name)
