"""The reviews that `rule` leads to, as entries to be posted: who, when, what."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from governance.sample import clockwork, rule, serving

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from governance.sample.rule import Verdict
    from governance.sample.serving import Event

Review = dict[str, Any]
Person = dict[str, str]

SHOWN_AFTER = timedelta(hours=1)
DECIDED_AFTER = timedelta(minutes=10)
SECOND_LOOK = timedelta(days=1)
CORRECTED_AFTER = timedelta(days=2)
FIRST: Person = {
    "id": "sample-overseer-1",
    "name": "Sample overseer 1 (a rule)",
    "role": "overseer",
}
SECOND: Person = {
    "id": "sample-overseer-2",
    "name": "Sample overseer 2 (a rule)",
    "role": "overseer",
}


def reviews(
    predictions: Iterable[Event],
    now: datetime,
    salt: str,
    first: Person = FIRST,
    second: Person = SECOND,
) -> Iterator[Review]:
    """Return the reviews of these predictions in the shape of POST /api/v1/oversight,
    in the order of their decisions, so that each comes after what it refers to."""
    made: list[Review] = []
    overrides = 0
    for event in filter(rule.is_shown, serving.decided(predictions)):
        verdict = rule.judge(event)
        shown = datetime.fromisoformat(event["occurred_at"]) + SHOWN_AFTER
        review = _review(event, verdict, shown, first, salt)
        made.append(review)
        if verdict.act != "overridden":
            continue
        overrides += 1
        if overrides == 1:
            agreed = rule.Verdict("confirmed", "second_person")
            later = _review(event, agreed, shown + SECOND_LOOK, second, salt)
            made.append(later | {"confirms": review["id"]})
        if overrides == 2:
            mended = rule.Verdict("overridden", "reason_corrected", verdict.output)
            later = _review(event, mended, shown + CORRECTED_AFTER, first, salt)
            made.append(later | {"corrects": review["id"]})
    made.sort(key=lambda review: str(review["decided_at"]))
    limit = clockwork.instant(now)
    yield from (review for review in made if review["decided_at"] <= limit)


def _review(
    event: Event, verdict: Verdict, shown: datetime, person: Person, salt: str
) -> Review:
    made: Review = {
        "id": str(clockwork.name_id(salt, "review", event["id"], verdict.reason_code)),
        "prediction": event["id"],
        "act": verdict.act,
        "reason_code": verdict.reason_code,
        "reason": verdict.reason,
        "shown_at": clockwork.instant(shown),
        "decided_at": clockwork.instant(shown + DECIDED_AFTER),
        "person": dict(person),
        "human": False,
    }
    return made if verdict.output is None else made | {"output": verdict.output}
