"""How well a model did on rows it had not seen, overall and for groups of people.

A figure that cannot be computed (the area under the curve of a group in which all
repaid) is None, never 0. Each figure carries the number of rows behind it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from governance.sample.dataset import Credit
    from governance.sample.logistic import Floats

# The data set comes with these costs: granting a credit that is not repaid is five
# times as bad as refusing one that would have been.
COST_OF_LOSS, COST_OF_REFUSAL = 5, 1
DECILES = 10
ALL = "all"


@dataclass(frozen=True)
class Metric:
    """One figure: `segment` is "all" or "name=value"; `n` is the number of rows."""

    name: str
    value: float | None
    segment: str
    n: int


@dataclass(frozen=True)
class Bin:
    """One tenth of the rows, by score: what was foretold and what happened."""

    n: int
    mean_score: float
    share_repaid: float


def evaluate(
    scores: Floats, credits: Sequence[Credit], threshold: float
) -> tuple[Metric, ...]:
    """Return all figures for all rows and for each group of Credit.segment."""
    members: dict[str, list[int]] = {ALL: list(range(len(credits)))}
    groups = defaultdict(list)
    for place, credit in enumerate(credits):
        for name, value in credit.segment.items():
            groups[f"{name}={value}"].append(place)
    members |= {name: groups[name] for name in sorted(groups)}
    repaid = np.array([credit.repaid for credit in credits])
    return tuple(
        Metric(name, value, segment, len(places))
        for segment, places in members.items()
        for name, value in _figures(scores[places], repaid[places], threshold).items()
    )


def _figures(
    scores: Floats, repaid: np.ndarray, threshold: float
) -> dict[str, float | None]:
    approved = scores >= threshold
    losses = np.where(repaid, -np.log(scores), -np.log1p(-scores))
    cost = COST_OF_LOSS * (approved & ~repaid) + COST_OF_REFUSAL * (~approved & repaid)
    return {
        "share_repaid": _mean(repaid),
        "approval_rate": _mean(approved),
        "accuracy": _mean(approved == repaid),
        "true_positive_rate": _mean(approved[repaid]),
        "false_positive_rate": _mean(approved[~repaid]),
        "auc": area_under_curve(scores, repaid),
        "brier": _mean((scores - repaid) ** 2),
        "log_loss": _mean(losses),
        "mean_cost": _mean(cost),
    }


def _mean(values: np.ndarray) -> float | None:
    return float(np.mean(values)) if len(values) else None


def area_under_curve(scores: Floats, repaid: np.ndarray) -> float | None:
    """Return the chance that a credit that was repaid has the higher score of two, from
    the sum of ranks (Mann and Whitney); ties count half."""
    good, bad = int(repaid.sum()), int((~repaid).sum())
    if not good or not bad:
        return None
    _, place, count = np.unique(scores, return_inverse=True, return_counts=True)
    middle_rank = np.cumsum(count) - (count - 1) / 2
    above = middle_rank[place][repaid].sum() - good * (good + 1) / 2
    return float(above / (good * bad))


def calibration(scores: Floats, credits: Sequence[Credit]) -> tuple[Bin, ...]:
    """Return ten bins of equal size, lowest scores first."""
    repaid = np.array([credit.repaid for credit in credits])
    order = np.argsort(scores, kind="stable")
    return tuple(
        Bin(len(part), float(scores[part].mean()), float(repaid[part].mean()))
        for part in np.array_split(order, DECILES)
    )
