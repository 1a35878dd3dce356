"""What can go wrong, in words that a person can act on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from probatum_client.receipts import Receipt

LONGEST_BODY_SHOWN = 200  # LIMIT: a proxy's HTML page would bury the message


class ReceiptInvalid(Exception):
    """A receipt does not prove what it claims; the message says at which step."""


class NotRecorded(Exception):
    """An event is not on record, or it is not known that it is.

    In "log or fail" mode: withhold the output that it was about.
    """


class SpoolFull(NotRecorded):
    """The spool cannot take the event: too much waits there, or the disk is full."""


class Refused(NotRecorded):
    """The server will never take the event; it was set aside with the reason."""


class ProbatumError(Exception):
    """A request was refused or did not get through.

    `status` is the HTTP status, or None when no answer came. `title`, `detail` and
    `errors` are those of the problem document (RFC 9457). `receipts` are the events of
    the same call that had been accepted before; sending those again does no harm.
    `retry_after` is how many seconds the server asked to wait, if it did. `is_problem`
    is false for an answer that did not come from Probatum, such as a proxy's page.
    """

    def __init__(
        self,
        title: str,
        *,
        status: int | None = None,
        detail: str = "",
        errors: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        self.status = status
        self.title = title
        self.detail = detail
        self.errors = tuple(dict(error) for error in errors)
        self.receipts: list[Receipt] = []
        self.retry_after: float | None = None
        self.is_problem = True
        super().__init__(self._message())

    def about(self, errors: Sequence[Mapping[str, Any]]) -> ProbatumError:
        """Return what of this error is about one event."""
        return ProbatumError(
            self.title, status=self.status, detail=self.detail, errors=errors
        )

    def _message(self) -> str:
        head = f"{self.status} {self.title}" if self.status else self.title
        parts = [f"{head}: {self.detail}" if self.detail else head]
        parts += [f"  {_field_line(error)}" for error in self.errors]
        return "\n".join(parts)


def _field_line(error: Mapping[str, Any]) -> str:
    field = error.get("field") or "request"
    line = f"{field}: {error.get('reason', 'not accepted')}"
    return f"{line} To mend it: {error['fix']}" if error.get("fix") else line


def from_answer(status: int, body: bytes) -> ProbatumError:
    """Turn an answer other than 2xx into an error; a body that is no problem
    document (a proxy's page, say) is quoted shortly instead of being trusted."""
    try:
        problem = json.loads(body)
    except ValueError:
        problem = None
    if not isinstance(problem, dict) or "title" not in problem:
        shown = body[:LONGEST_BODY_SHOWN].decode("utf-8", "replace").strip()
        error = ProbatumError(
            "The server's answer is not a problem document", status=status, detail=shown
        )
        error.is_problem = False
        return error
    errors = problem.get("errors")
    return ProbatumError(
        str(problem["title"]),
        status=status,
        detail=str(problem.get("detail") or ""),
        errors=[e for e in errors if isinstance(e, dict)]
        if isinstance(errors, list)
        else (),
    )
