"""JSON as evidence holds it: no key twice, and text where text belongs."""

import json
from typing import Any

from audits.tlog.hashing import ProofInvalid


def load_json(data: bytes, what: str) -> Any:
    """Return the JSON document; ProofInvalid for none, or for a key given twice."""
    try:
        return json.loads(data, object_pairs_hook=_no_twins)
    except (ValueError, RecursionError) as error:
        raise ProofInvalid(f"{what} is not JSON: {error}") from error


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("an object has the same key twice")
    return found


def text_of(document: Any, key: str, where: str) -> str:
    """Return the text under a key; ProofInvalid when there is none."""
    value = document.get(key) if isinstance(document, dict) else None
    if not isinstance(value, str):
        raise ProofInvalid(f'{where} has no text under "{key}"')
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise ProofInvalid(f'"{key}" of {where} is not Unicode text')
    return value
