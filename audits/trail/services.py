"""Recording the acts of people, in the same transaction as the act."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from django.db import transaction
from django.db.models import Model

from audits.events.encoding import canonical
from audits.log.models import Log
from audits.log.services import Leaf, extend, lock_tail
from audits.payloads.selectors import keys_of
from audits.payloads.services import seal_parts
from audits.trail.models import TrailEntry


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acted, as they were then: copied, never a foreign key."""

    id: str
    name: str
    role: str = ""


SYSTEM = Actor(id="", name="Probatum")


@dataclass(frozen=True, slots=True)
class Act:
    """One act: `<noun>.<past participle>` on a subject, with what matters of it."""

    verb: str
    subject: str
    label: str = ""
    details: dict[str, Any] = field(default_factory=dict)


def subject_of(row: Model) -> str:
    """How the trail names a row: kind and id."""
    return f"{row._meta.model_name}:{row.pk}"


def record(
    *,
    log: Log,
    verb: str,
    subject: Model | str,
    by: Actor,
    at: datetime,
    details: dict[str, Any] | None = None,
) -> int:
    """Append the act to the log and to its searchable side; returns the index.

    Call it last within the act's own transaction: it locks the log until the
    commit. Names of people are payload, so that they can be erased later.
    """
    named = subject if isinstance(subject, str) else subject_of(subject)
    label = "" if isinstance(subject, str) else str(subject)
    act = Act(verb, named, label, details or {})
    with transaction.atomic():
        tail = lock_tail(log)
        extend(tail, [_leaf(log, act, by, at)], at)
        TrailEntry.objects.create(
            log=log,
            log_class=log.log_class,
            idx=tail.compact.size,
            at=at,
            verb=act.verb,
            subject=act.subject,
            subject_label=act.label[:300],
            actor_id=by.id,
            actor_name=by.name,
            actor_role=by.role,
            details=act.details,
        )
    return tail.compact.size


def _leaf(log: Log, act: Act, by: Actor, at: datetime) -> Leaf:
    parts = {
        "act": orjson.dumps({"details": act.details, "label": act.label}, default=str),
        "person": orjson.dumps({"id": by.id, "name": by.name, "role": by.role}),
    }
    sealed = seal_parts(keys_of(log), parts)
    before, after = canonical(
        {
            "kind": "trail",
            "pay": sealed.pay,
            "rx": "",
            "subj": act.subject,
            "type": "act",
            "v": 1,
            "verb": act.verb,
        }
    )
    return Leaf(before, after, "act", sealed.key, sealed.sealed, occurred_at=at)
