"""The figures of human oversight (Art. 14), each with its denominator.

A correction replaces the review that it corrects; a confirmation by a second person
is counted apart. What is left stands: those are the reviews that rates divide by.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

from django.db import connection
from django.utils.translation import gettext as _

from audits.log.models import Log
from audits.oversight.models import Act, Review

CHANGED = frozenset({Act.OVERRIDDEN.value, Act.REVERSED.value})
STANDING = (
    "SELECT r.act, r.human, e.model_version, count(*)"
    " FROM audits_review r JOIN audits_entry e ON e.log_class = r.log_class"
    "  AND e.log_id = r.log_id AND e.idx = r.prediction_idx"
    " WHERE r.log_id = %s AND r.idx < %s AND r.confirms IS NULL AND NOT EXISTS ("
    "  SELECT 1 FROM audits_review c WHERE c.log_id = r.log_id"
    "  AND c.prediction_idx = r.prediction_idx AND c.corrects = r.review_id"
    "  AND c.idx < %s)"
    " GROUP BY 1, 2, 3"
)


@dataclass(frozen=True, slots=True)
class ActCount:
    """How often reviewers did one thing: people, and rules that ran without them."""

    act: str
    label: str
    by_people: int
    by_rules: int


@dataclass(frozen=True, slots=True)
class Rate:
    """Outputs changed of reviews made, with the 95 % interval (Wilson 1927)."""

    label: str
    changed: int
    reviews: int
    rate: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Oversight:
    """Reviews of predictions up to the checkpoint."""

    predictions: int
    reviewed: int
    reviews: int
    by_people: int
    confirmations: int
    corrections: int
    acts: tuple[ActCount, ...]
    rates: tuple[Rate, ...]


def oversight(log: Log, size: int, predictions: int) -> Oversight:
    """The figures of human oversight up to the checkpoint of that size."""
    with connection.cursor() as cursor:
        cursor.execute(STANDING, [log.pk, size, size])
        rows = [(Act(act), *rest) for act, *rest in cursor.fetchall()]
    every = Review.objects.filter(log=log, idx__lt=size)
    acts: Counter[tuple[str, bool]] = Counter()
    for act, human, _version, count in rows:
        acts[act.value, human] += count
    return Oversight(
        predictions=predictions,
        reviewed=every.values("prediction_idx").distinct().count(),
        reviews=sum(acts.values()),
        by_people=sum(n for (_act, human), n in acts.items() if human),
        confirmations=every.filter(confirms__isnull=False).count(),
        corrections=every.filter(corrects__isnull=False).count(),
        acts=tuple(
            ActCount(
                act.value, str(act.label), acts[act.value, True], acts[act.value, False]
            )
            for act in Act
        ),
        rates=tuple(_rates(rows)),
    )


def _rates(rows: list[tuple[Act, bool, str, int]]) -> Iterable[Rate]:
    yield _rate(_("All reviews"), [(act, n) for act, _h, _v, n in rows])
    people = [(act, n) for act, human, _v, n in rows if human]
    yield _rate(_("By a natural person"), people)
    rules = [(act, n) for act, human, _v, n in rows if not human]
    yield _rate(_("By a rule, without a person"), rules)
    for version in sorted({version for _a, _h, version, _n in rows}):
        of_it = [(act, n) for act, _h, found, n in rows if found == version]
        yield _rate(_("Version %(name)s") % {"name": version}, of_it)


def _rate(label: str, counted: list[tuple[Act, int]]) -> Rate:
    total = sum(n for _act, n in counted)
    changed = sum(n for act, n in counted if act.value in CHANGED)
    if not total:
        return Rate(label, 0, 0, None, None, None)
    low, high = wilson(changed, total)
    return Rate(label, changed, total, changed / total, low, high)


def wilson(hits: int, total: int, z: float = 1.959964) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927): honest when `total` is small."""
    share = hits / total
    centre = (share + z * z / (2 * total)) / (1 + z * z / total)
    half = z * sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    half /= 1 + z * z / total
    return max(0.0, centre - half), min(1.0, centre + half)
