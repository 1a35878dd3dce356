"""The meta-log with what witnesses said of it, and what we cosigned as a witness."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from audits.anchors.keys import time_stamper, witnessed_logs, witnesses
from audits.anchors.models import (
    Anchored,
    Cosignature,
    MetaLog,
    TimeStamp,
    Witnessed,
)
from audits.log.models import Checkpoint, Entry, Log
from audits.log.selectors import inclusion_path, signing_vkey
from audits.tlog import anchor as tlog
from audits.tlog.proof import TlogProof

# LIMIT: of one checkpoint; a note has no room for more.
MOST_WITNESSES = 100


def witnessed_note(origin_hash: str) -> str | None:
    """The newest checkpoint that we cosigned of the log whose origin has this hash."""
    for origin in witnessed_logs():
        if sha256(origin.encode()).hexdigest() == origin_hash:
            found = Witnessed.objects.filter(origin=origin, size__gt=0).first()
            return found.note if found else None
    return None


def find_meta_log() -> Log | None:
    """The installation's meta-log, once there is one."""
    found = MetaLog.objects.select_related("log").first()
    return found.log if found else None


def cosigned_note(meta: Log) -> str | None:
    """The meta-log's newest saved checkpoint, with its witnesses' lines under it."""
    saved = Checkpoint.objects.filter(log=meta).order_by("-size").first()
    if saved is None:
        return None
    lines = Cosignature.objects.filter(log=meta, size=saved.size).order_by("witness")
    return saved.note + "".join(lines.values_list("line", flat=True))


def cosigned_size(meta: Log, witness: str) -> int:
    """The largest size of the meta-log that a witness has cosigned for us, or 0."""
    rows = Cosignature.objects.filter(log=meta, witness=witness).order_by("-size")
    return rows.values_list("size", flat=True).first() or 0


def unanchored(meta: Log) -> Sequence[Checkpoint]:
    """The newest saved checkpoint of each log that the meta-log does not have yet.

    Each log is looked up by index: how long their histories are costs nothing.
    """
    saved, there = (
        model._default_manager.filter(log=OuterRef("pk")).order_by("-size")
        for model in (Checkpoint, Anchored)
    )
    logs = Log.objects.exclude(pk=meta.pk).annotate(
        saved=Subquery(saved.values("size")[:1]),
        there=Coalesce(Subquery(there.values("size")[:1]), 0),
    )
    wanted = dict(logs.filter(saved__gt=F("there")).values_list("pk", "saved"))
    rows = Checkpoint.objects.filter(log__in=wanted, size__in=wanted.values())
    found = rows.select_related("log").order_by("log")
    return [each for each in found if each.size == wanted[each.log_id]]


@dataclass(frozen=True, slots=True)
class Vouched:
    """Who saw the meta-log with an entry's checkpoint in it, and when."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Anchor:
    """What vouches for an entry besides its own log."""

    size: int
    """Of the log, in its first checkpoint in the meta-log that covers the entry."""
    covers: bool
    witnesses: Sequence[Vouched]
    stamp: Vouched | None
    asks_witnesses: bool
    asks_for_stamps: bool

    @property
    def latest(self) -> datetime | None:
        """The entry existed at the latest then, as the earliest of them says."""
        found = [*self.witnesses, *([self.stamp] if self.stamp else [])]
        return min((each.at for each in found), default=None)


@dataclass(frozen=True, slots=True)
class _Place:
    """The meta-log's checkpoint that speaks for an entry: one, for all who ask."""

    anchored: Anchored
    size: int
    """Of the meta-log."""
    stamp: TimeStamp | None
    cosignatures: Sequence[Cosignature]


def anchor_of(log: Log, idx: int) -> Anchor:
    """What the meta-log and its witnesses say of an entry of a log."""
    place = _place(log, idx)
    stamp = place.stamp if place else None
    return Anchor(
        size=place.anchored.size if place else 0,
        covers=place is not None,
        witnesses=[
            Vouched(each.witness, each.cosigned_at)
            for each in (place.cosignatures if place else ())
        ],
        stamp=Vouched(stamp.tsa, stamp.gen_time) if stamp else None,
        asks_witnesses=bool(witnesses()),
        asks_for_stamps=time_stamper() is not None,
    )


def anchor_file(log: Log, idx: int) -> tlog.Anchor | None:
    """The same as evidence: from the entry to the note that others vouch for."""
    place = _place(log, idx)
    if place is None:
        return None
    path = inclusion_path(log, idx, place.anchored.size)
    return _evidence(log, place, tuple(path))


def anchor_files(log: Log, size: int) -> Iterator[tuple[str, bytes]]:
    """Names and bytes of what vouches for a log of that size, for its folder.

    The newest anchor of each day (UTC) is enough: each covers the ones before it.
    """
    if log == find_meta_log():
        yield from _stamped_notes(log, size)
        return
    for anchored in _newest_of_each_day(log, size):
        place = _speaking_for(anchored)
        found = _evidence(log, place, None)
        if found is None:
            continue
        document = json.dumps(found.document(), indent=1, ensure_ascii=False)
        yield f"{anchored.size}.json", f"{document}\n".encode()
        if found.stamp is not None:
            yield f"{anchored.size}.tsr", found.stamp
            yield f"{anchored.size}.stamped", found.note


def _stamped_notes(meta: Log, size: int) -> Iterator[tuple[str, bytes]]:
    days: dict[date, TimeStamp] = {}
    stamps = TimeStamp.objects.filter(log=meta, size__lte=size).order_by("pk")
    for each in stamps.iterator():
        days[each.gen_time.date()] = each
    for each in days.values():
        yield f"{each.size}.checkpoint", each.note.encode()
        yield f"{each.size}.tsr", bytes(each.token)


def _newest_of_each_day(log: Log, size: int) -> Iterable[Anchored]:
    saved = Checkpoint.objects.filter(log=log, size__lte=size)
    signed = dict(saved.values_list("size", "signed_at"))
    rows = Anchored.objects.filter(log=log, size__lte=size).order_by("size")
    return {signed[each.size].date(): each for each in rows}.values()


def _evidence(
    log: Log, place: _Place, path: tuple[bytes, ...] | None
) -> tlog.Anchor | None:
    meta, anchored = find_meta_log(), place.anchored
    saved = Checkpoint.objects.filter(log=meta, size__gte=place.size).order_by("size")
    newest = saved.first()
    if meta is None or newest is None:
        return None
    note, size = newest.note, newest.size
    if place.stamp:
        note, size = place.stamp.note, place.stamp.size
    else:
        note += "".join(each.line for each in place.cosignatures)
    leaf = Entry.objects.get(log=meta, log_class=meta.log_class, idx=anchored.idx)
    proof = inclusion_path(meta, anchored.idx, size)
    return tlog.Anchor(
        meta=signing_vkey(meta, note),
        checkpoint=Checkpoint.objects.get(log=log, size=anchored.size).note.encode(),
        leaf=bytes(leaf.entry),
        proof=TlogProof(anchored.idx, tuple(proof), note.encode()).to_bytes(),
        stamp=bytes(place.stamp.token) if place.stamp else None,
        path=path,
    )


def _place(log: Log, idx: int) -> _Place | None:
    """Where an entry is anchored: by the first checkpoint of its log that covers it.

    Of the meta-log's states from there on, the first one with a time stamp speaks for
    it, else the first one that was cosigned.
    """
    rows = Anchored.objects.filter(log=log, size__gt=idx).order_by("size")
    anchored = rows.first()
    return None if anchored is None else _speaking_for(anchored)


def _speaking_for(anchored: Anchored) -> _Place:
    # A meta-log of that many entries has the leaf in it.
    covering = {"log__metalog__only": True, "size__gt": anchored.idx}
    stamps = TimeStamp.objects.filter(**covering).order_by("size", "-pk")
    lines = Cosignature.objects.filter(**covering).order_by("size", "witness")
    stamp = stamps.first()
    if stamp:
        lines = lines.filter(size=stamp.size)
    found = list(lines[:MOST_WITNESSES])
    size = stamp.size if stamp else found[0].size if found else anchored.idx + 1
    same = [each for each in found if each.size == size]
    if stamp:
        same = [each for each in same if each.line in stamp.note]
    return _Place(anchored, size, stamp, same)
