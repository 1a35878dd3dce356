"""A fitted credit scoring model: what it reads, what it answers, how well it did.

The coefficients are rounded and written as JSON first. That file *is* the model, and
predictions are computed from the rounded numbers, so that the file's SHA-256 names
exactly what was used.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from governance.sample.dataset import divided
from governance.sample.features import DECIMALS, Number, canonical, version
from governance.sample.metrics import ALL, Bin, Metric, evaluate
from governance.sample.metrics import calibration as calibration_bins

if TYPE_CHECKING:
    from governance.sample.dataset import Value
    from governance.sample.features import Feature
    from governance.sample.logistic import Floats

THRESHOLD = 0.5
REFER_FROM, REFER_BELOW = 0.40, 0.60
CONTRIBUTIONS_SHOWN = 5


@dataclass(frozen=True)
class Answer:
    """What the model says of one applicant; `score` is the chance of repayment."""

    score: float
    contributions: dict[str, float]

    @property
    def recommendation(self) -> str:
        return "approve" if self.score >= THRESHOLD else "decline"

    @property
    def decision(self) -> str:
        referred = REFER_FROM <= self.score < REFER_BELOW
        return "refer" if referred else self.recommendation

    @property
    def confidence(self) -> float:
        return round(max(self.score, 1 - self.score), 6)


@dataclass(frozen=True)
class CreditModel:
    """One fitted version. `averages` are the training means of the columns: a
    contribution says how far an attribute moves the log odds from the average's."""

    version: str
    summary: str
    ridge: float
    left_out: frozenset[str]
    features: tuple[Feature, ...]
    intercept: float
    weights: tuple[float, ...]
    averages: tuple[float, ...]
    cross_validation: dict[float, float]
    trained_on: int
    seconds: float  # that fitting took, cross-validation included

    @cached_property
    def feature_set_version(self) -> str:
        return version(self.features)

    @cached_property
    def artefact(self) -> bytes:
        """The model as canonical JSON; numbers are text with six decimals, so that no
        two programs write them differently."""
        columns = [column for f in self.features for column in f.columns]
        scaling = [f for f in self.features if isinstance(f, Number)]
        return canonical(
            {
                "format": "logistic regression, coefficients as text, version 1",
                "estimates": "chance that the credit is repaid",
                "version": self.version,
                "feature_set_version": self.feature_set_version,
                "intercept": _text(self.intercept),
                "weights": dict(zip(columns, map(_text, self.weights), strict=True)),
                "averages": dict(zip(columns, map(_text, self.averages), strict=True)),
                "scaling": {
                    f.name: {"mean": _text(f.mean), "spread": _text(f.spread)}
                    for f in scaling
                },
            }
        )

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.artefact).hexdigest()

    @property
    def hyperparameters(self) -> dict[str, Any]:
        return {
            "penalty": "ridge",
            "ridge": self.ridge,
            "threshold": THRESHOLD,
            "refer_from": REFER_FROM,
            "refer_below": REFER_BELOW,
        }

    @cached_property
    def metrics(self) -> tuple[Metric, ...]:
        """All figures on the held-out rows, overall and per group."""
        return evaluate(self.held_out_scores, divided()[1], THRESHOLD)

    @cached_property
    def calibration(self) -> tuple[Bin, ...]:
        return calibration_bins(self.held_out_scores, divided()[1])

    @cached_property
    def held_out_scores(self) -> Floats:
        return np.array([self.predict(c.applicant).score for c in divided()[1]])

    def metric(self, name: str, segment: str = ALL) -> Metric:
        """Return one figure."""
        return next(m for m in self.metrics if (m.name, m.segment) == (name, segment))

    def used(self, applicant: dict[str, Value]) -> dict[str, Value]:
        """Return what the model reads of an applicant, and nothing else."""
        return {f.name: applicant[f.name] for f in self.features}

    def predict(self, applicant: dict[str, Value]) -> Answer:
        """Return score and reasons; the model reads no attribute but its own."""
        odds, moved, place = self.intercept, {}, 0
        for feature in self.features:
            push, shift = 0.0, 0.0
            for number in feature.values(applicant[feature.name]):
                push += number * self.weights[place]
                shift += (number - self.averages[place]) * self.weights[place]
                place += 1
            odds += push
            moved[feature.name] = round(shift, DECIMALS)
        largest = sorted(moved, key=lambda name: (-abs(moved[name]), name))
        reasons = {name: moved[name] for name in largest[:CONTRIBUTIONS_SHOWN]}
        return Answer(round(1 / (1 + math.exp(-odds)), DECIMALS), reasons)


def _text(number: float) -> str:
    return f"{number:.{DECIMALS}f}"
