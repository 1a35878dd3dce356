"""JSON objects that people and pipelines state: hyper-parameters and tags."""

import json
import math
from typing import Any, NoReturn

from django.utils.translation import gettext as _

# LIMITS: more than any training run states, little enough for a page to show.
DEPTH = 8
LENGTH = 64 * 1024


class ObjectRefused(ValueError):
    """The text is no JSON object that can be kept; says where and what to do."""


def parse_object(text: str) -> dict[str, Any]:
    """The object that the text writes. Raises ObjectRefused."""
    try:
        value = json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise ObjectRefused(
            _(
                "Line %(line)s, column %(column)s is no JSON: %(reason)s. Write an "
                'object like {"max_depth": 6}, with double quotation marks.'
            )
            % {"line": error.lineno, "column": error.colno, "reason": error.msg}
        ) from error
    except RecursionError as error:
        raise ObjectRefused(_too_deep()) from error
    return checked_object(value)


def checked_object(value: Any) -> dict[str, Any]:
    """The value, when it is an object that the database can keep.

    PostgreSQL's jsonb takes no character U+0000 and no half of a surrogate pair;
    numbers without end are no JSON. Raises ObjectRefused.
    """
    if not isinstance(value, dict):
        raise ObjectRefused(_('Write an object in braces: {"max_depth": 6}.'))
    _check(value, DEPTH)
    if len(json.dumps(value, ensure_ascii=False)) > LENGTH:
        raise ObjectRefused(
            _("It is longer than %(limit)s KB. Store it as a document, and its SHA-256 "
              "here.") % {"limit": LENGTH >> 10}
        )  # fmt: skip
    return value


def _check(value: Any, depth: int) -> None:
    if depth < 0:
        raise ObjectRefused(_too_deep())
    if isinstance(value, dict):
        for key, each in value.items():
            _check(key, depth)
            _check(each, depth - 1)
    elif isinstance(value, list):
        for each in value:
            _check(each, depth - 1)
    elif isinstance(value, float) and not math.isfinite(value):
        _no_constant(str(value))
    elif isinstance(value, str) and any(
        c == "\x00" or "\ud800" <= c <= "\udfff" for c in value
    ):
        raise ObjectRefused(_("It holds a character that cannot be kept. Remove it."))


def _no_constant(name: str) -> NoReturn:
    raise ObjectRefused(
        _("%(name)s is no number in JSON. Write null or a text.") % {"name": name}
    )


def _too_deep() -> str:
    return _("It is nested deeper than %(depth)s levels.") % {"depth": DEPTH}
