"""Logistic regression by iteratively reweighted least squares, with a ridge penalty.

The penalty leaves the intercept (first column) free. It makes the problem strictly
convex, so that every start leads to the same coefficients.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MOST_STEPS = 50
CLOSE_ENOUGH = 1e-10  # largest change of a coefficient in the last step


class NotConverged(Exception):
    """The fit did not settle; the message says after how many steps."""


def probabilities(columns: Floats, coefficients: Floats) -> Floats:
    """Return P(1) for each row."""
    odds: Floats = np.exp(-(columns @ coefficients))
    return 1.0 / (1.0 + odds)


def fit(columns: Floats, outcome: Floats, ridge: float) -> Floats:
    """Return the coefficients that maximise the log likelihood minus ridge/2 times the
    sum of their squares. The first column must be the constant 1."""
    penalty = np.diag([0.0] + [ridge] * (columns.shape[1] - 1))
    coefficients = np.zeros(columns.shape[1])
    for _ in range(MOST_STEPS):
        fitted = probabilities(columns, coefficients)
        slope = columns.T @ (outcome - fitted) - penalty @ coefficients
        weighted = columns * (fitted * (1.0 - fitted))[:, None]
        step = np.linalg.solve(columns.T @ weighted + penalty, slope)
        coefficients = coefficients + step
        if np.abs(step).max() < CLOSE_ENOUGH:
            return coefficients
    raise NotConverged(f"No fit after {MOST_STEPS} steps; use a larger ridge penalty.")


def cross_validated_loss(
    columns: Floats, outcome: Floats, ridge: float, folds: NDArray[np.int64]
) -> float:
    """Return the mean log loss on rows that the fit had not seen; `folds` names each
    row's part."""
    losses = []
    for fold in np.unique(folds):
        away = folds == fold
        fitted = fit(columns[~away], outcome[~away], ridge)
        seen = probabilities(columns[away], fitted)
        losses.append(np.where(outcome[away] == 1, -np.log(seen), -np.log1p(-seen)))
    return float(np.concatenate(losses).mean())
