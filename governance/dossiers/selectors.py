"""What a dossier reads of the log: figures, a checkpoint, and proofs of a sample."""

from dataclasses import dataclass
from datetime import date, datetime
from math import sqrt

from django.db.models import Count, Max, Min

from audits.log.models import Entry, Log
from audits.log.seal import save_checkpoint
from audits.log.selectors import node_hashes
from audits.metrics.selectors import day_figures
from audits.oversight.models import Act, Review
from audits.payloads.services import read_parts
from audits.tlog.bundle import EventBundle, Part
from audits.tlog.checkpoint import parse
from audits.tlog.note import parse_note
from audits.tlog.proof import TlogProof
from audits.tlog.tree import prove_inclusion

# LIMIT: enough to show how a proof works; a reader asks for more by the API.
SAMPLE = 6


@dataclass(frozen=True, slots=True)
class Sealed:
    """The state of a log that a dossier speaks of."""

    size: int
    root: str
    checkpoint: str


@dataclass(frozen=True, slots=True)
class Oversight:
    """Reviews of predictions (Art. 14), with their denominators."""

    predictions: int
    reviewed: int
    by_humans: int
    acts: tuple[tuple[str, str, int], ...]
    overridden: int
    rate: float | None
    low: float | None
    high: float | None
    confirmations: int
    corrections: int


@dataclass(frozen=True, slots=True)
class Proven:
    """One entry of the sample, with its file of proof."""

    index: int
    event_id: str
    type: str
    received_at: datetime
    model_version: str
    leaf_hash: str
    file_name: str
    bundle: bytes


def sealed(log: Log, at: datetime) -> Sealed:
    """Save a signed checkpoint of the log and return what it says."""
    note = save_checkpoint(log=log, at=at)
    checkpoint = parse(parse_note(note.encode()).text)
    return Sealed(checkpoint.size, checkpoint.root.hex(), note)


def span(log: Log, size: int) -> tuple[datetime | None, datetime | None]:
    """When the first and the last entry below `size` were received."""
    rows = Entry.objects.filter(log=log, idx__in=[0, max(size - 1, 0)])
    found = rows.aggregate(first=Min("received_at"), last=Max("received_at"))
    return found["first"], found["last"]


def by_type(log: Log, size: int) -> tuple[tuple[str, int], ...]:
    """How many entries of each type the log has below `size`."""
    others = (
        Entry.objects.filter(log=log, idx__lt=size)
        .exclude(type="prediction")
        .values_list("type")
        .annotate(n=Count("idx"))
        .order_by("type")
    )
    rows = tuple(others)
    return (("prediction", size - sum(n for _type, n in rows)), *rows)


def flagged(log: Log, size: int, bit: int) -> int:
    """How many entries intake flagged with that bit."""
    flags = Entry.objects.filter(log=log, idx__lt=size, flags__gt=0)
    return sum(1 for value in flags.values_list("flags", flat=True) if value & bit)


def per_day(log: Log) -> tuple[tuple[date, int, int, int], ...]:
    """Day, predictions, reviews, overrides: rising days."""
    days: dict[date, dict[str, int]] = {}
    names = ["events", "reviews", "act:overridden"]
    for figure in day_figures(log, names):
        counts = days.setdefault(figure.day, dict.fromkeys(names, 0))
        counts[figure.name] += figure.count
    return tuple(
        (day, *(found[name] for name in names)) for day, found in sorted(days.items())
    )  # type: ignore[return-value]


def oversight(log: Log, size: int, predictions: int) -> Oversight:
    """The figures of human oversight up to the checkpoint."""
    rows = Review.objects.filter(log=log, idx__lt=size)
    first = rows.filter(confirms__isnull=True, corrects__isnull=True)
    counted = dict(first.values_list("act").annotate(n=Count("idx")))
    reviewed = first.values("prediction_idx").distinct().count()
    overridden = counted.get(Act.OVERRIDDEN, 0) + counted.get(Act.REVERSED, 0)
    total = sum(counted.values())
    low, high = wilson(overridden, total) if total else (None, None)
    return Oversight(
        predictions=predictions,
        reviewed=reviewed,
        by_humans=first.filter(human=True).count(),
        acts=tuple(
            (act.value, str(act.label), counted.get(act.value, 0)) for act in Act
        ),
        overridden=overridden,
        rate=overridden / total if total else None,
        low=low,
        high=high,
        confirmations=rows.filter(confirms__isnull=False).count(),
        corrections=rows.filter(corrects__isnull=False).count(),
    )


def wilson(hits: int, total: int, z: float = 1.959964) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927): honest when `total` is small."""
    share = hits / total
    centre = (share + z * z / (2 * total)) / (1 + z * z / total)
    half = z * sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    half /= 1 + z * z / total
    return max(0.0, centre - half), min(1.0, centre + half)


def proofs(log: Log, state: Sealed) -> tuple[Proven, ...]:
    """Proofs of a sample: predictions evenly spread, and the newest reviews."""
    entries = Entry.objects.filter(log=log, idx__in=_sample(log, state.size))
    reader = node_hashes(log, state.size)
    found = []
    for entry in entries.order_by("idx"):
        path = prove_inclusion(entry.idx, state.size, reader)
        proof = TlogProof(entry.idx, tuple(path), state.checkpoint.encode())
        parts = [Part(p.role, p.salt, p.data) for p in read_parts(log, entry.idx)]
        bundle = EventBundle(
            log.origin, log.vkey, entry.idx, bytes(entry.entry), proof.to_bytes(),
            tuple(part for part in parts if part.role != "person"),
        )  # fmt: skip
        found.append(
            Proven(
                index=entry.idx,
                event_id=str(entry.event_id or ""),
                type=entry.type,
                received_at=entry.received_at,
                model_version=entry.model_version,
                leaf_hash=bytes(entry.leaf_hash).hex(),
                file_name=f"proof-{entry.idx}.json",
                bundle=bundle.to_bytes(),
            )
        )
    return tuple(found)


def _sample(log: Log, size: int) -> list[int]:
    """Indexes by a rule that anyone can repeat: no choice is ours."""
    spread = {size * k // SAMPLE for k in range(SAMPLE)} | {size - 1}
    reviews = Review.objects.filter(log=log, idx__lt=size).order_by("-idx")[:2]
    for review in reviews:
        spread |= {review.idx, review.prediction_idx}
    return sorted(index for index in spread if 0 <= index < size)
