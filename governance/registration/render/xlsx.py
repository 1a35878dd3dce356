"""An export as a sheet: every cell is text, and no text is ever a formula."""

from datetime import UTC, datetime
from io import BytesIO

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from governance.registration.render.words import Export

# SECURITY: a text that begins so becomes a formula when somebody edits its cell, or
# saves the sheet as CSV. The mark before it tells Excel that it is text.
RISKY = tuple("=+-@\t\r\n|%")
WIDTHS = (26, 24, 44, 60, 14, 34, 26, 44)
# LIMIT: Excel's, for the text of one cell.
LONGEST = 32_767
# The number of Excel's own format for text.
TEXT = 49
# One moment for all files, so that the same content gives the same bytes.
MADE = datetime(2024, 8, 1, tzinfo=UTC).replace(tzinfo=None)


def as_xlsx(export: Export) -> bytes:
    """The head, then one row for each field."""
    target = BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties(
            {"title": export.title, "comments": export.notice, "created": MADE}
        )
        cells = Cells(book)
        sheet = book.add_worksheet("Not public" if export.warning else "Draft")
        for column, width in enumerate(WIDTHS):
            sheet.set_column(column, column, width)
        if export.warning:
            sheet.set_header(f"&C&B{export.warning.replace('&', '&&')}")
        sheet.set_footer("&C&P / &N")
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        at = 0
        for name, text in export.head():
            cells.write(sheet, at, 0, name, bold=True)
            cells.write(sheet, at, 1, text, wrap=False)
            at += 1
        at += 1
        for column, name in enumerate(_names()):
            cells.write(sheet, at, column, name, bold=True)
        for row in export.rows():
            at += 1
            for column, key in enumerate(ORDER):
                cells.write(sheet, at, column, row[key])
    return target.getvalue()


ORDER = ("citation", "title", "asks", "value", "state", "source", "place", "still")


def _names() -> tuple[str, ...]:
    return (
        _("Point"),
        _("Field"),
        _("What the Act asks, in our own words"),
        _("Text"),
        _("State"),
        _("Where it comes from"),
        _("Who may read it"),
        _("Still to be written"),
    )


class Cells:
    """Writes texts and nothing else."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._formats: dict[tuple[bool, bool, bool], Format] = {}

    def write(
        self,
        sheet: Worksheet,
        row: int,
        column: int,
        text: str,
        *,
        bold: bool = False,
        wrap: bool = True,
    ) -> None:
        """One cell of text, however it begins."""
        risky = text.startswith(RISKY)
        sheet.write_string(row, column, text[:LONGEST], self._format(bold, wrap, risky))

    def _format(self, bold: bool, wrap: bool, risky: bool) -> Format:  # noqa: FBT001
        key = (bold, wrap, risky)
        if key not in self._formats:
            self._formats[key] = self._book.add_format(
                {
                    "num_format": TEXT,
                    "text_wrap": wrap,
                    "valign": "top",
                    "bold": bold,
                    "quote_prefix": risky,
                }
            )
        return self._formats[key]
