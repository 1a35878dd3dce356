"""The credit scoring system of the sample: two models, really fitted on real credits.

Version 1.0.0 reads all 20 attributes. Version 2.0.0 leaves out age, personal status
with sex, and foreign worker, and has its penalty chosen by cross-validation.
"""

from __future__ import annotations

from functools import cache
from time import perf_counter

import numpy as np

from governance.sample import features, logistic
from governance.sample.dataset import divided, draw
from governance.sample.model import CreditModel

PROTECTED = frozenset({"age_in_years", "personal_status_and_sex", "foreign_worker"})
RIDGES = (0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
FOLDS = 5


@cache
def train() -> tuple[CreditModel, CreditModel]:
    """Fit both versions on the training rows (well below a second)."""
    first = _train("1.0.0", "All 20 attributes.", frozenset(), (1.0,))
    second = _train(
        "2.0.0",
        "Without age, personal status with sex, and foreign worker; penalty chosen by "
        "cross-validation.",
        PROTECTED,
        RIDGES,
    )
    return first, second


def _train(
    version: str, summary: str, left_out: frozenset[str], ridges: tuple[float, ...]
) -> CreditModel:
    begun = perf_counter()
    rows = divided()[0]
    learned = features.learn(rows, left_out)
    columns = features.matrix(learned, rows)
    repaid = np.array([float(credit.repaid) for credit in rows])
    folds = np.array([int(FOLDS * draw("fold", credit.row)) for credit in rows])
    losses = {
        ridge: round(logistic.cross_validated_loss(columns, repaid, ridge, folds), 6)
        for ridge in ridges
    }
    best = min(ridges, key=lambda ridge: losses[ridge])
    fitted = logistic.fit(columns, repaid, best)
    return CreditModel(
        version=version,
        summary=summary,
        ridge=best,
        left_out=left_out,
        features=learned,
        intercept=_rounded(fitted[0]),
        weights=tuple(map(_rounded, fitted[1:])),
        averages=tuple(map(_rounded, columns.mean(axis=0)[1:])),
        cross_validation=losses,
        trained_on=len(rows),
        seconds=perf_counter() - begun,
    )


def _rounded(number: float) -> float:
    # Adding zero turns -0.0 into 0.0: one number, one spelling.
    return round(float(number), features.DECIMALS) + 0.0
