"""The bytes that an approval is bound to."""

from hashlib import sha256

import orjson

from governance.documentation.models import AnnexText


def digest_of(row: AnnexText) -> str:
    """SHA-256 of the leaf, its text, its reason and the content of its evidence."""
    evidence = sorted(document.sha256 for document in row.evidence.all())
    data = {
        "evidence": evidence,
        "leaf": row.leaf,
        "not_applicable_reason": row.not_applicable_reason,
        "text": row.text,
    }
    return sha256(orjson.dumps(data, option=orjson.OPT_SORT_KEYS)).hexdigest()
