"""Counting entries into figures of the day, behind the log by seconds.

Figures are derived: they can be thrown away and counted again from index 0. One
run takes the entries between the watermark and the head, under the watermark's
row lock, so that two workers never count an entry twice.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.db import connection, transaction

from audits.log.models import Head, Log
from audits.metrics.models import Watermark
from audits.payloads.encoding import SealBroken
from audits.payloads.keys import Keys
from audits.payloads.selectors import keys_of, opened

BATCH = 5000
Key = tuple[date, str, str]


def roll_up_log(log: Log) -> int:
    """Count up to one batch of new entries; returns how many there were."""
    with transaction.atomic():
        Watermark.objects.get_or_create(log=log)
        mark = Watermark.objects.select_for_update().get(log=log)
        size = Head.objects.only("size").get(log=log).size
        until = min(size, mark.idx + BATCH)
        if until <= mark.idx:
            return 0
        _add(log, _figures(log, mark.idx, until))
        counted: int = until - mark.idx
        mark.idx = until
        mark.save(update_fields=["idx"])
    return counted


def _figures(log: Log, first: int, until: int) -> dict[Key, tuple[int, float]]:
    figures: dict[Key, list[float]] = defaultdict(lambda: [0, 0.0])

    def count(key: Key, value: float = 0.0) -> None:
        figures[key][0] += 1
        figures[key][1] += value

    keys = keys_of(log)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.type, coalesce(e.occurred_at, e.received_at)::date,"
            " e.model_version, e.flags, p.key, p.sealed"
            " FROM audits_entry e"
            " LEFT JOIN audits_payload p ON p.log_id = e.log_id AND p.idx = e.idx"
            "  AND p.received_at = e.received_at"
            " WHERE e.log_id = %s AND e.idx >= %s AND e.idx < %s",
            [log.pk, first, until],
        )
        for kind, day, version, flags, key, sealed in cursor:
            if kind == "prediction":
                said = {} if sealed is None else _said(keys, key, bytes(sealed))
                _count_prediction(count, day, version, flags, said)
    for key, number, value in _review_figures(log, first, until):
        figures[key][0] += number
        figures[key][1] += value
    return {key: (int(found[0]), found[1]) for key, found in figures.items()}


def _review_figures(
    log: Log, first: int, until: int
) -> Iterator[tuple[Key, int, float]]:
    """What reviews add: each counts for the version of the prediction it is about.

    A second person's confirmation is counted apart: it is no further review. A
    correction takes back what the review that it corrects had added, once.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(e.model_version, ''), r.decided_at::date, r.act, r.human,"
            " extract(epoch FROM r.decided_at - r.shown_at)::float8,"
            " r.confirms IS NOT NULL,"
            " c.decided_at::date, c.act, c.human,"
            " extract(epoch FROM c.decided_at - c.shown_at)::float8,"
            " c.confirms IS NOT NULL"
            " FROM audits_review r"
            " LEFT JOIN audits_entry e"
            "  ON e.log_id = r.log_id AND e.idx = r.prediction_idx"
            " LEFT JOIN audits_review c"
            "  ON c.log_id = r.log_id AND c.prediction_idx = r.prediction_idx"
            "  AND c.review_id = r.corrects AND NOT EXISTS ("
            "   SELECT FROM audits_review d WHERE d.log_id = r.log_id"
            "   AND d.prediction_idx = r.prediction_idx"
            "   AND d.corrects = r.corrects AND d.idx < r.idx)"
            " WHERE r.log_id = %s AND r.idx >= %s AND r.idx < %s",
            [log.pk, first, until],
        )
        for version, *columns in cursor:
            yield from _one_review(version, columns[:5], 1)
            if columns[5] is not None:
                yield from _one_review(version, columns[5:], -1)


def _one_review(
    version: str, columns: Sequence[Any], sign: int
) -> Iterator[tuple[Key, int, float]]:
    day, act, human, seconds, is_confirmation = columns
    if is_confirmation:
        yield (day, version, "second_person"), sign, 0.0
        return
    yield (day, version, "reviews"), sign, 0.0
    yield (day, version, f"act:{act}"), sign, 0.0
    if human:
        yield (day, version, "reviews_by_humans"), sign, 0.0
    if seconds is not None:
        yield (day, version, "decide_seconds"), sign, sign * seconds


def _said(keys: Keys, key: int, sealed: bytes) -> dict[str, Any]:
    """The payload by role; nothing of one that was erased or does not open."""
    try:
        return {part.role: part.value() for part in opened(keys, key, sealed)}
    except SealBroken:
        return {}


def _count_prediction(count, day, version, flags, payload) -> None:  # type: ignore[no-untyped-def]
    count((day, version, "events"))
    if flags & 1:
        count((day, version, "unknown_version"))
    operation = payload.get("operation", {})
    for name in ("latency_ms", "cost"):
        value = operation.get(name)
        if isinstance(value, int | float):
            count((day, version, name), float(value))
    output = payload.get("output", {})
    if isinstance(confidence := output.get("confidence"), int | float):
        count((day, version, "confidence"), float(confidence))
    if (label := output_label(output.get("output"))) is not None:
        count((day, version, f"output:{label}"))


def output_label(output: object) -> str | None:
    """A short name for an output, to count it by: a text, or its decision."""
    if isinstance(output, dict):
        output = output.get("decision", output.get("label"))
    if isinstance(output, bool):
        return str(output).lower()
    return output if isinstance(output, str) and 0 < len(output) <= 40 else None


def _add(log: Log, figures: dict[Key, tuple[int, float]]) -> None:
    rows = [(log.pk, *key, *value) for key, value in sorted(figures.items())]
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO audits_dayfigure"
            " (log_id, day, model_version, name, count, total)"
            " VALUES (%s, %s, %s, %s, %s, %s)"
            " ON CONFLICT (log_id, day, model_version, name) DO UPDATE"
            " SET count = audits_dayfigure.count + EXCLUDED.count,"
            " total = audits_dayfigure.total + EXCLUDED.total",
            rows,
        )
