"""The credit model at work: who applied when, which version answered, what it said.

Version 1.0.0 serves first; then version 2.0.0 runs beside it in the shadow, where its
answers decide nothing; then 2.0.0 takes over. The applicants are the held-out rows.
The durations are those of the computation, measured.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from time import perf_counter
from typing import TYPE_CHECKING, Any

from governance.sample import clockwork, credit
from governance.sample.dataset import divided

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from governance.sample.dataset import Credit
    from governance.sample.model import CreditModel

DEPLOYMENT = "loan-desk"
ENDPOINT = "POST /v1/score"
DAYS = 60
SHADOW_FROM, SWITCH = 34, 20  # days before now
FIRST_ROWS = 200  # applicants before the switch; the rest come after it

Event = dict[str, Any]
Application = tuple["Credit", datetime]


@dataclass(frozen=True)
class Period:
    """A version's time in the deployment; `share` is in hundredths of the traffic."""

    model: CreditModel
    stage: str
    share: int
    start: datetime
    end: datetime | None
    applications: tuple[Application, ...]


def periods(now: datetime, salt: str) -> tuple[Period, Period, Period]:
    """Return who was live when, with the applications that each answered."""
    first, second = credit.train()
    opened, shadowed, switched = (
        now - timedelta(days=days) for days in (DAYS, SHADOW_FROM, SWITCH)
    )
    rows = divided()[1]
    early = _arrivals(rows[:FIRST_ROWS], opened, switched, salt)
    late = _arrivals(rows[FIRST_ROWS:], switched, now, salt)
    beside = tuple((row, at) for row, at in early if at >= shadowed)
    return (
        Period(first, "full", 100, opened, switched, early),
        Period(second, "shadow", 100, shadowed, switched, beside),
        Period(second, "full", 100, switched, None, late),
    )


def _arrivals(
    rows: tuple[Credit, ...], start: datetime, end: datetime, salt: str
) -> tuple[Application, ...]:
    moments = clockwork.instants(len(rows), start, end, f"{salt}/{start.isoformat()}")
    return tuple(zip(rows, moments, strict=True))


def predictions(now: datetime, salt: str) -> Iterator[Event]:
    """Return all predictions of all periods, in the order in which they were made. The
    shadow's events carry their stage in the endpoint."""
    made = [
        (at, place, period, row)
        for place, period in enumerate(periods(now, salt))
        for row, at in period.applications
    ]
    made.sort(key=lambda entry: entry[:2])
    numbers = clockwork.sequence(salt)
    for (at, _, period, row), number in zip(made, numbers, strict=False):
        shadow = period.stage == "shadow"
        yield predict(period.model, row, at, salt, shadow=shadow) | number


def predict(
    model: CreditModel, row: Credit, at: datetime, salt: str, *, shadow: bool = False
) -> Event:
    """Return one prediction in the shape of POST /api/v1/events."""
    begun = perf_counter()
    answer = model.predict(row.applicant)
    took = (perf_counter() - begun) * 1000
    stage = "shadow" if shadow else "full"
    return {
        "id": str(clockwork.name_id(salt, "credit", model.version, stage, row.row)),
        "type": "prediction",
        "occurred_at": clockwork.instant(at),
        "model_version": model.version,
        "deployment": DEPLOYMENT,
        "feature_set_version": model.feature_set_version,
        "input": model.used(row.applicant),
        "features": answer.contributions,
        "output": {
            "decision": answer.decision,
            "recommendation": answer.recommendation,
            "score": answer.score,
        },
        "confidence": answer.confidence,
        "subject": row.subject,
        "segment": row.segment,
        "endpoint": f"{ENDPOINT}?shadow=1" if shadow else ENDPOINT,
        "latency_ms": round(took, 4),
    }


def is_shadow(event: Event) -> bool:
    """Tell whether an event decided nothing."""
    return str(event["endpoint"]).endswith("shadow=1")


def decided(events: Iterable[Event]) -> list[Event]:
    """Return the events that decided something."""
    return [event for event in events if not is_shadow(event)]
