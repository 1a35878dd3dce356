"""The CBOR (RFC 8949) that a receipt is made of, in its one deterministic form.

Integers, byte and text strings, arrays, maps, one tag, and null: a receipt has no more,
so no more can be asked of whoever reads one.
"""

from typing import NamedTuple

from audits.tlog.hashing import ProofInvalid

UNSIGNED, NEGATIVE, BYTES, TEXT, ARRAY, MAP, TAG = range(7)
NULL = 0xF6
MAX_DEPTH = 8
WIDTHS = {24: 1, 25: 2, 26: 4, 27: 8}
LEAST = {1: 24, 2: 1 << 8, 4: 1 << 16, 8: 1 << 32}
"""The smallest number that takes so many bytes: each has one way to be written."""


class Tagged(NamedTuple):
    """A value with the tag that says what it is."""

    tag: int
    value: "Value"


Value = int | bytes | str | list["Value"] | dict[int, "Value"] | Tagged | None


def encode(value: Value) -> bytes:
    """Return the value's bytes; keys of a map are integers, in their encoded order."""
    match value:
        case None:
            found = bytes([NULL])
        case int():
            kind = NEGATIVE if value < 0 else UNSIGNED
            found = _head(kind, -1 - value if value < 0 else value)
        case bytes():
            found = _head(BYTES, len(value)) + value
        case str():
            found = _head(TEXT, len(value.encode())) + value.encode()
        case Tagged(tag, tagged):
            found = _head(TAG, tag) + encode(tagged)
        case list():
            found = _head(ARRAY, len(value)) + b"".join(map(encode, value))
        case dict():
            pairs = sorted((encode(key), encode(each)) for key, each in value.items())
            found = _head(MAP, len(pairs)) + b"".join(key + each for key, each in pairs)
    return found


def _head(kind: int, number: int) -> bytes:
    if number < LEAST[1]:
        return bytes([kind << 5 | number])
    size = max(width for width, least in LEAST.items() if number >= least)
    extra = next(each for each, width in WIDTHS.items() if width == size)
    return bytes([kind << 5 | extra]) + number.to_bytes(size, "big")


def decode(data: bytes) -> Value:
    """Return the one value in `data`; ProofInvalid for anything else or more."""
    found, rest = _value(data, 0)
    if rest:
        raise ProofInvalid("the receipt goes on after its end")
    return found


def _value(data: bytes, depth: int) -> tuple[Value, bytes]:
    if data[:1] == bytes([NULL]):
        return None, data[1:]
    kind, number, rest = _parse_head(data)
    if depth > MAX_DEPTH:
        raise ProofInvalid("the receipt is nested too deeply")
    if kind in (UNSIGNED, NEGATIVE):
        return (number if kind == UNSIGNED else -1 - number), rest
    if kind in (BYTES, TEXT):
        return _string(kind, rest, number)
    if kind == TAG:
        value, rest = _value(rest, depth + 1)
        return Tagged(number, value), rest
    if number > len(rest):
        raise ProofInvalid("the receipt ends early")
    items: list[Value] = []
    for _ in range(number * (2 if kind == MAP else 1)):
        item, rest = _value(rest, depth + 1)
        items.append(item)
    return (items if kind == ARRAY else _map(items)), rest


def _parse_head(data: bytes) -> tuple[int, int, bytes]:
    if not data:
        raise ProofInvalid("the receipt ends early")
    kind, low = data[0] >> 5, data[0] & 0x1F
    if kind > TAG or low > max(WIDTHS):
        raise ProofInvalid("the receipt holds a kind of CBOR that receipts do not have")
    if low not in WIDTHS:
        return kind, low, data[1:]
    width = WIDTHS[low]
    number = int.from_bytes(data[1 : 1 + width], "big")
    if len(data) < 1 + width or number < LEAST[width]:
        raise ProofInvalid("the receipt has a number that is cut, or written too long")
    return kind, number, data[1 + width :]


def _string(kind: int, rest: bytes, size: int) -> tuple[Value, bytes]:
    if size > len(rest):
        raise ProofInvalid("the receipt ends early")
    content = rest[:size]
    if kind == BYTES:
        return content, rest[size:]
    try:
        return content.decode(), rest[size:]
    except UnicodeDecodeError as error:
        raise ProofInvalid("the receipt has text that is not UTF-8") from error


def _map(items: list[Value]) -> Value:
    found: dict[int, Value] = {}
    for key, value in zip(items[::2], items[1::2], strict=True):
        if not isinstance(key, int) or key in found:
            raise ProofInvalid(
                "the receipt has a label twice, or one that is no number"
            )
        found[key] = value
    return found
