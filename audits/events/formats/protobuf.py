"""Protocol buffers, as far as OTLP needs them: messages in, three small ones out.

Ours, because the usual library makes 340 MB of a 4 MB body of empty spans before
anybody can count them, and is the heaviest thing that intake would load. It saves
some 30 µs a span; sealing and storing the span take longer than that.
This one is stricter, too: what stands twice or has a wrong type is refused, not
skipped. Unknown fields are skipped, for newer senders have them.
"""

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

VARINT, FIXED64, SIZED, FIXED32 = 0, 1, 2, 5
SIZES = {FIXED64: 8, FIXED32: 4}
# LIMIT: a message in a message; protobuf's own libraries stop at 100.
DEEPEST = 100
# LIMIT: a value takes some hundred bytes when it is read, however few it came in.
MOST_VALUES = 250_000
MASK = (1 << 64) - 1


class Malformed(Exception):
    """The bytes are no such message."""


class TooMany(Malformed):
    """The bytes hold more messages than are read at once."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its name, how it is written, and what its bytes mean."""

    name: str
    wire: int
    read: Callable[[bytes], Any] = bytes
    kind: type | None = None
    """The message inside, in place of `read`."""
    many: bool = False


# The fields of each message by their tags: the number, and how it is written.
Schema = Mapping[type, Mapping[int, Field]]


def by_tags(numbers: Mapping[type, Mapping[int, Field]]) -> Schema:
    return {
        kind: {number << 3 | field.wire: field for number, field in fields.items()}
        for kind, fields in numbers.items()
    }


def text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise Malformed(f"a text is not UTF-8: {error}") from error


def unsigned(data: bytes) -> int:
    """Seven bits a byte, the lowest first."""
    number = 0
    for byte in reversed(data):
        number = number << 7 | byte & 127
    return number


def signed(data: bytes) -> int:
    """int64 and int32 travel as the two's complement of 64 bits."""
    number = unsigned(data)
    return number - (1 << 64) if number >> 63 else number


def fixed(data: bytes) -> int:
    return int.from_bytes(data, "little")


def double(data: bytes) -> float:
    [value] = struct.unpack("<d", data)
    return float(value)


class Reader:
    """Reads one body by a schema, and counts what it finds."""

    def __init__(self, data: bytes, schema: Schema) -> None:
        self._data, self._schema = data, schema
        self._left = MOST_VALUES

    def read(self, kind: type) -> Any:
        """The whole body as a message of that kind."""
        return self._message(kind, 0, len(self._data), DEEPEST)

    def _message(self, kind: type, at: int, end: int, levels: int) -> Any:
        if not levels:
            raise Malformed(f"messages are nested more than {DEEPEST} levels deep")
        self._count()
        data, fields = self._data, self._schema[kind]
        found: dict[str, Any] = {}
        while at < end:
            # Nearly all tags are of one byte, nearly all values short: no calls then.
            tag, at = data[at], at + 1
            if tag > 127:
                tag, at = self._number(at - 1, end)
            start, at = self._value(tag & 7, at, end)
            field = fields.get(tag)
            if field is None:
                self._skip(kind, tag)
                continue
            value = (
                self._message(field.kind, start, at, levels - 1)
                if field.kind
                else field.read(data[start:at])
            )
            if field.many:
                found.setdefault(field.name, []).append(value)
            elif field.name in found:
                raise Malformed(f"{kind.__name__}.{field.name} stands twice")
            else:
                found[field.name] = value
        return kind(**found)

    def _skip(self, kind: type, tag: int) -> None:
        """Leave out a field that is newer than we are; one that is wrong is not."""
        self._count()
        if not 0 < tag >> 3 < 1 << 29:
            raise Malformed("a field has a number that does not exist")
        for known, field in self._schema[kind].items():
            if known >> 3 == tag >> 3:
                raise Malformed(f"{kind.__name__}.{field.name} has another type")

    def _count(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise TooMany(f"it holds more than {MOST_VALUES} values")

    def _value(self, wire: int, at: int, end: int) -> tuple[int, int]:
        """Where the bytes of a value begin and end."""
        if wire == SIZED:
            size, at = self._number(at, end)
        elif wire == VARINT:
            size = self._number(at, end, longest=10)[1] - at
        elif wire in SIZES:
            size = SIZES[wire]
        else:
            raise Malformed("a field has a type that does not exist")
        if at + size > end:
            raise Malformed("it ends early")
        return at, at + size

    def _number(self, at: int, end: int, *, longest: int = 5) -> tuple[int, int]:
        """A tag, a length or a value, and where it ends."""
        if at < end and (small := self._data[at]) < 128:
            return small, at + 1
        last, stop = at, min(end, at + longest)
        while last < stop and self._data[last] > 127:
            last += 1
        number = unsigned(self._data[at : last + 1])
        if last == stop or number > MASK:
            raise Malformed("a number does not end")
        return number, last + 1


def written(fields: Mapping[int, bytes | int]) -> bytes:
    """A small message: texts, messages and numbers by their field's number."""
    return b"".join(
        _number(number << 3 | VARINT) + _number(value)
        if isinstance(value, int)
        else _number(number << 3 | SIZED) + _number(len(value)) + value
        for number, value in fields.items()
    )


def _number(number: int) -> bytes:
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)
