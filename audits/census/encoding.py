"""What the columns beside an entry have to say, read out of the entry itself.

Lists, figures and dossiers are made from columns. A column that says what its entry
does not say would show a page something that no proof can be asked for.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from audits.log.services import CLOCK_TOLERANCE

Values = Mapping[str, Any]


def of_entry(fields: Values) -> dict[str, Any]:
    """The columns of the entry's own row, as far as the entry says them."""
    found = {
        "type": fields.get("type"),
        "event_id": _uuid(fields.get("eid")),
        "received_at": _instant(fields.get("rx")),
        "model_version": fields.get("mv", ""),
        "deployment": fields.get("dep", ""),
    }
    occurred = fields.get("at") or fields.get("decided")
    return {**found, "occurred_at": _instant(occurred)} if occurred else found


def of_act(fields: Values, parts: Values, row: Values) -> dict[str, Any]:
    """The columns of the trail's row; those of an erased part are as they are."""
    found = {"verb": fields.get("verb"), "subject": fields.get("subj")}
    if isinstance(act := parts.get("act"), dict):
        label = act.get("label")
        found |= {
            "details": act.get("details"),
            "subject_label": label[:300] if isinstance(label, str) else label,
        }
    if isinstance(person := parts.get("person"), dict):
        found |= {f"actor_{name}": person.get(name) for name in ("id", "name", "role")}
    # An act is written down when it happens: its own time is that of its receipt, or
    # a little before it when another process's clock was ahead.
    received = _instant(fields.get("rx"))
    early = received - row["at"] if received else None
    if early is None or not timedelta(0) <= early <= CLOCK_TOLERANCE:
        found["at"] = received
    return found


def of_review(fields: Values, parts: Values) -> dict[str, Any]:
    """The columns of the review's row; those of an erased part are left out."""
    found = {
        "review_id": _uuid(fields.get("eid")),
        "prediction_id": _uuid(fields.get("ref")),
        "prediction_idx": fields.get("ref_idx"),
        "act": fields.get("act"),
        "shown_at": _instant(fields.get("shown")),
        "decided_at": _instant(fields.get("decided")),
        "human": fields.get("human"),
        "authenticated_by": fields.get("auth"),
        "confirms": _uuid(fields.get("conf")),
        "corrects": _uuid(fields.get("cor")),
    }
    if isinstance(decision := parts.get("decision"), dict):
        found["reason_code"] = decision.get("reason_code")
    if isinstance(person := parts.get("person"), dict):
        found |= {f"person_{name}": person.get(name) for name in ("name", "role")}
    return found


def _uuid(text: Any) -> UUID | None:
    try:
        return UUID(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _instant(text: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
