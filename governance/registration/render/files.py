"""The three kinds of file, and how each is named."""

from collections.abc import Callable
from dataclasses import dataclass

import orjson
from django.utils.text import slugify

from governance.registration.render.pdf import as_pdf
from governance.registration.render.words import Export
from governance.registration.render.xlsx import as_xlsx


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: its media type, and what makes it."""

    media_type: str
    make: Callable[[Export], bytes]


def as_json(export: Export) -> bytes:
    """The content with its digest beside it, which is not part of it."""
    submission = export.submission
    whole = {
        "notice": export.notice,
        "warning": export.warning,
        "sha256": export.digest,
        "submission": {
            "submitted_on": submission.submitted_on,
            "reference": submission.reference,
            "stated_by": str(submission.stated_by),
            "stated_at": submission.stated_at,
        }
        if submission
        else None,
        "content": export.content,
    }
    return orjson.dumps(whole, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2)


SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KINDS = {
    "json": Kind("application/json", as_json),
    "xlsx": Kind(SHEET, as_xlsx),
    "pdf": Kind("application/pdf", as_pdf),
}


def file_name(export: Export, kind: str) -> str:
    """What the file is called: that it is a draft, and whether it is non-public."""
    content = export.content
    state = "submitted" if export.submission else "draft"
    secret = "" if content["non_public"] == "no" else "-not-public"
    name = slugify(content["system"]["name"])[:40] or "system"
    return f"{state}{secret}-{content['section']}-{name}-{content['on']}.{kind}"
