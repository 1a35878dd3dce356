"""The meta-log with what witnesses said of it, and what we cosigned as a witness."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from django.db.models import Exists, OuterRef

from audits.anchors.keys import witnessed_logs, witnesses
from audits.anchors.models import Anchored, Cosignature, MetaLog, Witnessed
from audits.log.models import Checkpoint, Log


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
    """The newest saved checkpoint of each log that the meta-log does not have yet."""
    newest = Checkpoint.objects.exclude(log=meta).order_by("log", "-size")
    there = Anchored.objects.filter(log=OuterRef("log"), size__gte=OuterRef("size"))
    found = newest.distinct("log").select_related("log").annotate(there=Exists(there))
    return [each for each in found if not each.there]


@dataclass(frozen=True, slots=True)
class Anchor:
    """What vouches for an entry besides its own log."""

    size: int
    """Of the log, in its newest checkpoint in the meta-log; 0 when there is none."""
    covers: bool
    witnesses: Sequence[str]
    """Who cosigned the meta-log with that checkpoint in it."""
    asked: bool
    """Whether anybody is asked at all."""


def anchor_of(log: Log, idx: int) -> Anchor:
    """What the meta-log and its witnesses say of an entry's log."""
    asked = bool(witnesses())
    found = Anchored.objects.filter(log=log).first()
    if found is None or idx >= found.size:
        return Anchor(
            found.size if found else 0, covers=False, witnesses=(), asked=asked
        )
    # A meta-log of that many entries has the leaf in it.
    rows = Cosignature.objects.filter(size__gt=found.idx).order_by("witness")
    names = rows.values_list("witness", flat=True).distinct()
    return Anchor(found.size, covers=True, witnesses=list(names), asked=asked)
