"""The bytes that an approval is bound to."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import orjson


def frozen_bytes(frozen: Mapping[str, Any]) -> bytes:
    """The frozen document as JSON with its names in order: the same bytes each time."""
    return orjson.dumps(frozen, option=orjson.OPT_SORT_KEYS)


def digest_of(frozen: Mapping[str, Any]) -> str:
    """SHA-256 of these bytes."""
    return sha256(frozen_bytes(frozen)).hexdigest()
