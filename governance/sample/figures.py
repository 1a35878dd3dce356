"""The figures that the sample's texts quote, computed and written for people."""

from __future__ import annotations

import math
import platform
from typing import TYPE_CHECKING

import numpy as np

from governance.sample import catalogue, credit, dataset, metrics, model

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from governance.sample.dataset import Credit
    from governance.sample.model import CreditModel

SHOWN = ("auc", "accuracy", "brier", "log_loss", "mean_cost")
RATES = ("approval_rate", "true_positive_rate", "false_positive_rate")
NAMES = {
    "auc": "area under the curve",
    "accuracy": "accuracy",
    "brier": "Brier score",
    "log_loss": "log loss",
    "mean_cost": "mean cost",
    "approval_rate": "approved",
    "true_positive_rate": "approved of those who repaid",
    "false_positive_rate": "approved of those who did not",
}


def facts() -> dict[str, str]:
    """Return every value that the texts may name."""
    training, held_out = dataset.divided()
    first, second = credit.train()
    return {
        **_model_facts("v1", first),
        **_model_facts("v2", second),
        "provider": catalogue.PROVIDER,
        "deployer": catalogue.DEPLOYER,
        "rows": f"{len(dataset.credits()):,}",
        "training": str(len(training)),
        "held_out": str(len(held_out)),
        "share_repaid": _share(dataset.credits()),
        "training_share_repaid": _share(training),
        "held_out_share_repaid": _share(held_out),
        "refuse_all_cost": number(float(np.mean([row.repaid for row in held_out]))),
        "data_sha256": dataset.SHA256,
        "refer_from": f"{model.REFER_FROM:.2f}",
        "refer_below": f"{model.REFER_BELOW:.2f}",
        "threshold": f"{model.THRESHOLD:.2f}",
        "loss_cost": str(metrics.COST_OF_LOSS),
        "folds": str(credit.FOLDS),
        "ridges": str(len(credit.RIDGES)),
        "cross_validation": _lines(
            f"penalty {ridge:g}: {number(loss)}"
            for ridge, loss in second.cross_validation.items()
        ),
        "auc_difference": number(abs(_value(second, "auc") - _value(first, "auc"))),
        "auc_error": number(auc_error(second)),
        "few": str(min(m.n for m in second.metrics)),
        "lowest_forecast": percent(second.calibration[0].mean_score),
        "lowest_observed": percent(second.calibration[0].share_repaid),
        "python": platform.python_version(),
        "numpy": np.__version__,
    }


def card(fitted: CreditModel) -> dict[str, str]:
    """Return the values of one version's model card."""
    own = {
        name.removeprefix("m_"): text
        for name, text in _model_facts("m", fitted).items()
    }
    training, held_out = dataset.divided()
    counts = {"training": str(len(training)), "held_out": str(len(held_out))}
    return own | counts | {"summary": fitted.summary}


def _model_facts(prefix: str, fitted: CreditModel) -> dict[str, str]:
    values = {
        "version": fitted.version,
        "sha256": fitted.sha256,
        "feature_set": fitted.feature_set_version,
        "attributes": str(len(fitted.features)),
        "columns": str(len(fitted.weights)),
        "ridge": f"{fitted.ridge:g}",
        "seconds": f"{fitted.seconds:.2f}",
        "auc": number(_value(fitted, "auc")),
        "mean_cost": number(_value(fitted, "mean_cost")),
        "accuracy": percent(_value(fitted, "accuracy")),
        "fpr": percent(_value(fitted, "false_positive_rate")),
        "accuracy_below_26": percent(_value(fitted, "accuracy", "age_band=below 26")),
        "accuracy_36_to_50": percent(_value(fitted, "accuracy", "age_band=36 to 50")),
        "sex_gap": _gap(fitted, "sex=male", "sex=female"),
        "age_gap": _gap(fitted, "age_band=36 to 50", "age_band=below 26"),
        "overall": _lines(_overall(fitted)),
        "groups": _lines(_group(fitted, name) for name in groups(fitted)),
        "calibration": _lines(
            f"{b.n} rows: {percent(b.mean_score)} foretold, {percent(b.share_repaid)} "
            "repaid"
            for b in fitted.calibration
        ),
    }
    return {f"{prefix}_{name}": text for name, text in values.items()}


def groups(fitted: CreditModel) -> list[str]:
    """Return the names of the groups that figures exist for."""
    return sorted({m.segment for m in fitted.metrics} - {metrics.ALL})


def _overall(fitted: CreditModel) -> list[str]:
    measured = [f"{NAMES[name]} {number(_value(fitted, name))}" for name in SHOWN]
    return measured + [f"{NAMES[n]} {percent(_value(fitted, n))}" for n in RATES]


def _group(fitted: CreditModel, segment: str) -> str:
    rates = ", ".join(
        f"{NAMES[name]} {percent(_value(fitted, name, segment))}" for name in RATES
    )
    found = fitted.metric("auc", segment)
    area = "not computable" if found.value is None else number(found.value)
    named = segment.removeprefix("age_band=").replace("_", " ").replace("=", ": ")
    return f"{named} ({found.n} rows): {rates}, {NAMES['auc']} {area}"


def auc_error(fitted: CreditModel) -> float:
    """Return the standard error of the area under the curve on the held-out rows
    (Hanley and McNeil, 1982)."""
    area = _value(fitted, "auc")
    good = sum(row.repaid for row in dataset.divided()[1])
    bad = len(dataset.divided()[1]) - good
    both_good = area / (2 - area) - area**2
    both_bad = 2 * area**2 / (1 + area) - area**2
    spread = area * (1 - area) + (good - 1) * both_good + (bad - 1) * both_bad
    return math.sqrt(spread / (good * bad))


def _value(fitted: CreditModel, name: str, segment: str = metrics.ALL) -> float:
    value = fitted.metric(name, segment).value
    return math.nan if value is None else value


def _gap(fitted: CreditModel, one: str, other: str) -> str:
    rates = [_value(fitted, "approval_rate", segment) for segment in (one, other)]
    return f"{100 * (rates[0] - rates[1]):.1f}"


def _share(rows: Sequence[Credit]) -> str:
    return percent(float(np.mean([row.repaid for row in rows])))


def number(value: float) -> str:
    """Write a figure with three decimals."""
    return f"{value:.3f}"


def percent(share: float) -> str:
    """Write a share in hundredths, with one decimal."""
    return f"{100 * share:.1f} %"


def _lines(parts: Iterable[str]) -> str:
    return "\n".join(f"- {part}" for part in parts)
