"""How bodies of the API are read.

A room of its own: REST framework's views name their parsers while they are imported,
so nothing here may import a view.
"""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

# LIMIT: no body of ours is nested half as deep, and Django follows a value of a query
# no further than Python follows itself.
DEEPEST = 100


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
        level = [found]
        for _depth in range(DEEPEST):
            try:
                level = [each for value in level for each in _inside(value)]
            except UnicodeEncodeError as error:
                told = _("The JSON has a text with half a character: U+%(code)04X.")
                code = ord(error.object[error.start])
                raise ParseError(told % {"code": code}) from error
        if level:
            raise _nested()
        return found


def _inside(value: Any) -> Iterable[Any]:
    """What a value holds. Raises UnicodeEncodeError for half a character."""
    if isinstance(value, str):
        value.encode()
    if isinstance(value, dict):
        return [*value, *value.values()]
    return value if isinstance(value, list) else ()


def _nested() -> ParseError:
    return ParseError(_("The JSON is nested too deeply."))
