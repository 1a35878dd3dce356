"""From an applicant to the numbers that the model multiplies: numbers are standardised
with mean and spread of the training rows, coded attributes get one column per code.

All codes that the data set's documentation lists get a column, also those that the
training rows lack, so that the columns do not depend on the division of the rows.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from governance.sample.dataset import codes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from governance.sample.dataset import Credit, Value
    from governance.sample.logistic import Floats

DECIMALS = 6


@dataclass(frozen=True)
class Number:
    """A numeric attribute: (value - mean) / spread."""

    name: str
    mean: float
    spread: float

    @property
    def columns(self) -> list[str]:
        return [self.name]

    def values(self, value: Value) -> list[float]:
        return [(int(value) - self.mean) / self.spread]


@dataclass(frozen=True)
class Code:
    """A coded attribute: 1 in the column of its value, 0 in the others."""

    name: str
    levels: tuple[str, ...]

    @property
    def columns(self) -> list[str]:
        return [f"{self.name} = {level}" for level in self.levels]

    def values(self, value: Value) -> list[float]:
        return [float(level == value) for level in self.levels]


Feature = Number | Code


def learn(training: Sequence[Credit], without: frozenset[str]) -> tuple[Feature, ...]:
    """Return how to encode each attribute but those left out, learned from the rows."""
    names = [name for name in training[0].applicant if name not in without]
    return tuple(_feature(name, training) for name in names)


def _feature(name: str, training: Sequence[Credit]) -> Feature:
    meanings = codes().get(name)
    if meanings is not None:
        return Code(name, tuple(meanings.values()))
    seen = np.array([int(credit.applicant[name]) for credit in training], dtype=float)
    mean, spread = seen.mean(), seen.std()
    return Number(name, round(float(mean), DECIMALS), round(float(spread), DECIMALS))


def matrix(features: Sequence[Feature], rows: Sequence[Credit]) -> Floats:
    """Return one row per credit: the constant 1, then the columns of all features."""
    return np.array([[1.0, *encoded(features, c.applicant)] for c in rows])


def encoded(features: Sequence[Feature], applicant: dict[str, Value]) -> list[float]:
    """Return the columns of one applicant."""
    return [number for f in features for number in f.values(applicant[f.name])]


def canonical(value: Any) -> bytes:
    """Write JSON in one way only, so that its hash names its content."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode()


def version(features: Sequence[Feature]) -> str:
    """Return a name for the list of columns: two models with the same name of their
    feature set read the same columns."""
    columns = [column for feature in features for column in feature.columns]
    return f"fs-{hashlib.sha256(canonical(columns)).hexdigest()[:12]}"
