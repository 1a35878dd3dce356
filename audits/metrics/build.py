"""Counting entries into figures of the day, behind the log by seconds.

Figures are derived: they can be thrown away and counted again from index 0. One
run takes the entries between the watermark and the head, under the watermark's
row lock, so that two workers never count an entry twice.
"""

from collections import defaultdict
from datetime import date

import orjson
from django.db import connection, transaction

from audits.log.models import Head, Log
from audits.metrics.models import Watermark

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

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.type, coalesce(e.occurred_at, e.received_at)::date,"
            " e.model_version,"
            " e.flags, p.parts, r.act, r.human, r.prediction_idx"
            " FROM audits_entry e"
            " LEFT JOIN audits_payload p ON p.log_id = e.log_id AND p.idx = e.idx"
            "  AND p.received_at = e.received_at"
            " LEFT JOIN audits_review r ON r.log_id = e.log_id AND r.idx = e.idx"
            " WHERE e.log_id = %s AND e.idx >= %s AND e.idx < %s",
            [log.pk, first, until],
        )
        for kind, day, version, flags, parts, act, human, _ref in cursor:
            if kind == "prediction":
                _count_prediction(count, day, version, flags, parts)
            elif kind == "review":
                count((day, version, "reviews"))
                count((day, version, f"act:{act}"))
                if human:
                    count((day, version, "reviews_by_humans"))
    return {key: (int(found[0]), found[1]) for key, found in figures.items()}


def _count_prediction(count, day, version, flags, parts) -> None:  # type: ignore[no-untyped-def]
    count((day, version, "events"))
    if flags & 1:
        count((day, version, "unknown_version"))
    if parts is None:
        return
    payload = orjson.loads(bytes(parts))
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
