"""How bodies of the API are read.

A room of its own: REST framework's views name their parsers while they are imported,
so nothing here may import a view.
"""

from collections.abc import Iterable
from typing import Any

import orjson
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

# LIMIT: no body of ours is nested half as deep, and Django follows a value of a query
# no further than Python follows itself.
DEEPEST = 100
HOLDERS = (dict, list)


class BoundedJSON(JSONParser):
    """JSON that nobody could keep or answer is a broken request (400).

    That is what is nested too deeply, and a text with half a character ("\\ud800").
    """

    def parse(
        self, stream: Any, media_type: Any = None, parser_context: Any = None
    ) -> Any:
        try:
            found = super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise _nested() from error
        if _depth_exceeds(found, DEEPEST):
            raise _nested()
        # This lies on the way of every event: a pass in C tells that all texts are
        # whole, and only what it stumbles over is looked at one by one.
        try:
            orjson.dumps(found)
        except orjson.JSONEncodeError:
            _demand_whole(found)
        return found


def _depth_exceeds(value: Any, deepest: int) -> bool:
    level = [value] if isinstance(value, HOLDERS) else []
    for _depth in range(deepest):
        if not level:
            return False
        level = [
            each
            for several in level
            for each in (several.values() if isinstance(several, dict) else several)
            if isinstance(each, HOLDERS)
        ]
    return bool(level)


def _demand_whole(value: Any) -> None:
    """Raise ParseError for a text with half a character, wherever it stands."""
    level = [value]
    while level:
        try:
            level = [each for several in level for each in _inside(several)]
        except UnicodeEncodeError as error:
            told = _("The JSON has a text with half a character: U+%(code)04X.")
            code = ord(error.object[error.start])
            raise ParseError(told % {"code": code}) from error


def _inside(value: Any) -> Iterable[Any]:
    """What a value holds. Raises UnicodeEncodeError for half a character."""
    if isinstance(value, str):
        value.encode()
    if isinstance(value, dict):
        return [*value, *value.values()]
    return value if isinstance(value, list) else ()


def _nested() -> ParseError:
    return ParseError(_("The JSON is nested too deeply."))
