"""The leaf that an event becomes.

It holds ids, instants, names and salted commitments only; whatever may have to be
erased is a part of the payload.
"""

from datetime import UTC, datetime
from uuid import UUID

import msgspec
import orjson

from audits.events.encoding import Event, around_rx
from audits.events.models import EventSource
from audits.log.services import Leaf, stamp
from audits.payloads.keys import Keys
from audits.payloads.services import seal_parts

encode = msgspec.json.Encoder().encode


# SECURITY: what is committed to and hashed is written in the order in which these
# members stand, which is that of their names: never change it. One call writes each.
class Core(msgspec.Struct, kw_only=True, omit_defaults=True, gc=False):
    """What the leaf of an event says in the clear."""

    at: datetime | str
    dep: str | None = None
    eid: UUID
    end: datetime | str | None = None
    ep: str | None = None
    fsv: str | None = None
    kind: str
    mv: str
    pay: list[dict[str, object]] | None = None
    prev: str | None = None
    rx: str | None = None
    seq: int | None = None
    src: str
    start: datetime | str | None = None
    type: str
    v: int


class Input(msgspec.Struct, omit_defaults=True, gc=False):
    """What it was made from. Each part of the payload is disclosed together."""

    features: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    input: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    input_ref: str | None = None


class Output(msgspec.Struct, omit_defaults=True, gc=False):
    """What the model said."""

    confidence: msgspec.Raw | None = None
    output: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


class Person(msgspec.Struct, omit_defaults=True, gc=False):
    """Whom it is about."""

    segment: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    subject: str | None = None


class Operation(msgspec.Struct, omit_defaults=True, gc=False):
    """How it was made."""

    cost: msgspec.Raw | None = None
    endpoint: str | None = None
    latency_ms: msgspec.Raw | None = None
    matched: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    reference_database: str | None = None


def core_of(
    event: Event, source: str, pay: list[dict[str, object]] | None = None
) -> Core:
    """What the leaf says in the clear; without `pay`, but for the commitments."""
    return Core(
        at=_instant(event.occurred_at),
        dep=event.deployment,
        eid=event.id,
        end=_instant(event.use_end) if event.use_end else None,
        ep=event.epoch,
        fsv=event.feature_set_version,
        kind="event",
        mv=event.model_version,
        pay=pay,
        prev=event.prev,
        rx=None if pay is None else "",
        seq=event.seq,
        src=source,
        start=_instant(event.use_start) if event.use_start else None,
        type=event.type,
        v=1,
    )


def leaf(
    event: Event,
    *,
    source: EventSource,
    body_mac: bytes,
    flags: int,
    keys: Keys,
    label: bytes,
) -> Leaf:
    """The leaf of one event, but for its receipt time, which the lock decides."""
    tag = keys.tag(event.subject) if event.subject is not None else None
    sealed = seal_parts(
        keys, parts_of(event), tag=tag, by_field=source.by_field, label=label
    )
    before, after = around_rx(encode(core_of(event, source.name, sealed.pay)))
    return Leaf(
        before, after, event.type, sealed.key, sealed.sealed,
        event_id=event.id,
        body_mac=body_mac,
        occurred_at=event.occurred_at,
        model_version=event.model_version,
        deployment=event.deployment or "",
        flags=flags,
    )  # fmt: skip


def _instant(at: datetime) -> datetime | str:
    """As `stamp` writes it. msgspec writes most instants so too, far quicker."""
    return at if at.microsecond and at.tzinfo is UTC else stamp(at).decode()


def parts_of(event: Event) -> dict[str, bytes]:
    """The payload of one event, by role; a part of which nothing came is left out."""
    parts = {
        "input": encode(Input(event.features, event.input, event.input_ref)),
        "output": encode(Output(_number(event.confidence), event.output)),
        "person": encode(Person(event.segment, event.subject)),
        "operation": encode(
            Operation(
                _number(event.cost),
                event.endpoint,
                _number(event.latency_ms),
                event.matched,
                event.reference_database,
            )
        ),
    }
    return {role: data for role, data in parts.items() if data != b"{}"}


def _number(value: float | None) -> msgspec.Raw | None:
    """As it was always written: msgspec writes 1e16 otherwise than others do."""
    return None if value is None else msgspec.Raw(orjson.dumps(value))
