"""The bytes that an export and a submission are bound to."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import orjson


def encode(content: Mapping[str, Any]) -> bytes:
    """The content as JSON, its keys in order: the same content, the same bytes."""
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS)


def digest_of(content: Mapping[str, Any]) -> str:
    """SHA-256 of the content as `encode` writes it."""
    return sha256(encode(content)).hexdigest()
