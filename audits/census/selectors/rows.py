"""The rows beside one entry, held to what it says and committed to."""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson
from django.db import connection

from audits.census import encoding
from audits.census.keys import Payloads
from audits.census.models import BESIDE
from audits.log.models import Log
from audits.log.selectors import REMOVABLE, newest_removal
from audits.tlog.report import Report

Row = dict[str, Any]


class Rows:
    """Reads a log's rows, and compares what lies beside each entry."""

    def __init__(self, log: Log, report: Report) -> None:
        self.log, self.report = log, report
        self.payloads = Payloads(log, report)
        removal = newest_removal(log)
        self.minimum = removal.entries_from if removal else 0
        self.payloads_from = removal.payloads_from if removal else 0

    def rows(self, query: str, start: int, end: int) -> Iterator[Row]:
        with connection.cursor() as cursor:
            cursor.execute(query, [self.log.pk, start, end])
            names = [column.name for column in cursor.description]
            yield from (dict(zip(names, row, strict=True)) for row in cursor.fetchall())

    def beside(self, start: int, end: int) -> Mapping[str, Mapping[int, Row]]:
        return {
            kind: {row["idx"]: row for row in self.rows(query, start, end)}
            for kind, query in BESIDE.items()
        }

    def hold_entry(self, row: Row, beside: Mapping[str, Mapping[int, Row]]) -> None:
        where, entry = f"entry {row['idx']}", bytes(row["entry"])
        try:
            fields = orjson.loads(entry)
        except orjson.JSONDecodeError:
            self.report.fault(where, "it is no JSON")
            return
        if row["log_class"] != self.log.log_class:
            self.report.fault(where, f"it lies among those of {row['log_class']}")
        self._differ(where, row, encoding.of_entry(fields))
        bare = row["sealed"] is None and self._is_bare(row, fields)
        parts = {} if bare else self.payloads.read(where, row, entry)
        kind = fields.get("type")
        if kind not in beside or (kind == "review" and self._is_bare(row, fields)):
            return
        own = beside[kind].get(row["idx"])
        if own is None:
            self.report.fault(where, f"lists do not show this {kind}: its row is gone")
        elif kind == "act":
            self._differ(where, own, encoding.of_act(fields, parts, own))
        else:
            self._differ(where, own, encoding.of_review(fields, parts))

    def _is_bare(self, row: Row, fields: Mapping[str, Any]) -> bool:
        """Whether all but the entry itself was removed under the retention duty."""
        return row["idx"] < self.payloads_from and fields.get("type") in REMOVABLE

    def _differ(self, where: str, row: Row, expected: Mapping[str, Any]) -> None:
        for name, value in expected.items():
            found = row[name]
            if name == "details" and isinstance(found, str):
                found = orjson.loads(found)
            if found != value:
                what = f"the column {name} does not say what the entry says"
                self.report.fault(where, what, str(value), str(found))
