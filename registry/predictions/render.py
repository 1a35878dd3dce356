"""Files to keep, and tables as CSV, safe to open in a spreadsheet program."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from django.http import HttpResponse

# A cell that begins so would be run as a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def cell(value: object) -> object:
    """The value, or a text that no spreadsheet takes for a formula."""
    if value is None:
        return ""
    if isinstance(value, int | float):
        return value
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def csv_file(
    name: str, head: Sequence[object], rows: Iterable[Sequence[object]]
) -> HttpResponse:
    """The table as a download."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow([cell(each) for each in head])
    writer.writerows([cell(each) for each in row] for row in rows)
    return HttpResponse(
        text.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}.csv"',
            "Cache-Control": "no-store",
        },
    )


def download(data: bytes, name: str, *, content_type: str) -> HttpResponse:
    """A file to keep; its content may hold personal data, so nothing caches it."""
    return HttpResponse(
        data,
        content_type=content_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        },
    )
