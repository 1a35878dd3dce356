"""The sample's models are really fitted, and their figures really computed."""

import hashlib
import json
import math

import numpy as np
import pytest

from governance.sample import credit, dataset, logistic, metrics
from governance.sample.features import canonical

FIRST, SECOND = credit.train()


def test_the_data_file_is_the_one_whose_licence_was_checked():
    content = dataset.CREDITS.read_bytes()
    assert hashlib.sha256(content).hexdigest() == dataset.SHA256
    for name in ("README.md", "LICENCES"):
        text = (dataset.DATA / name).read_text(encoding="utf-8")
        assert "germancredit.csv" in text
    assert dataset.SHA256 in (dataset.DATA / "README.md").read_text(encoding="utf-8")


def test_the_thousand_rows_are_decoded_and_the_sexes_are_mixed():
    rows = dataset.credits()
    assert (len(rows), sum(row.repaid for row in rows)) == (1000, 700)
    assert rows[0].applicant["purpose"] == "radio or television"
    # In a sorted copy of this column the first fifty rows would all be alike.
    assert {row.segment["sex"] for row in rows[:50]} == {"male", "female"}
    assert sum(row.segment["sex"] == "female" for row in rows) == 310


def test_no_row_is_both_fitted_and_held_out():
    training, held_out = ({c.row for c in part} for part in dataset.divided())
    assert (len(training), len(held_out)) == (700, 300)
    assert training.isdisjoint(held_out)


def test_fitting_again_gives_the_same_artefact():
    again = credit.train.__wrapped__()
    assert [m.artefact for m in again] == [FIRST.artefact, SECOND.artefact]
    assert FIRST.sha256 == hashlib.sha256(FIRST.artefact).hexdigest()
    assert FIRST.sha256 != SECOND.sha256


def test_the_fit_is_the_maximum_it_claims_to_be():
    """At the maximum the slope of the penalised likelihood is zero."""
    rng = np.random.default_rng(7)
    columns = np.column_stack([np.ones(200), rng.normal(size=(200, 3))])
    outcome = (rng.random(200) < 0.6).astype(float)
    fitted = logistic.fit(columns, outcome, ridge=2.0)
    slope = columns.T @ (outcome - logistic.probabilities(columns, fitted))
    assert slope == pytest.approx([0.0, *(2.0 * fitted[1:])], abs=1e-8)


def test_the_second_version_reads_no_protected_attribute():
    names = {f.name for f in SECOND.features}
    assert names.isdisjoint(credit.PROTECTED)
    assert {f.name for f in FIRST.features} > credit.PROTECTED
    assert FIRST.feature_set_version != SECOND.feature_set_version
    applicant = dict(dataset.credits()[0].applicant)
    told = SECOND.predict(applicant)
    assert SECOND.predict(applicant | {"age_in_years": 99}) == told
    assert FIRST.predict(applicant | {"age_in_years": 99}) != FIRST.predict(applicant)


def test_the_penalty_of_the_second_version_is_the_best_of_those_tried():
    losses = SECOND.cross_validation
    assert len(losses) == len(credit.RIDGES)
    assert losses[SECOND.ridge] == min(losses.values())


@pytest.mark.parametrize("model", [FIRST, SECOND], ids=lambda m: m.version)
def test_a_score_can_be_computed_from_the_artefact_alone(model):
    held = json.loads(model.artefact)
    assert canonical(held) == model.artefact
    for row in dataset.divided()[1]:
        odds = float(held["intercept"])
        for name, value in model.used(row.applicant).items():
            if name in held["scaling"]:
                scale = {k: float(v) for k, v in held["scaling"][name].items()}
                scaled = (value - scale["mean"]) / scale["spread"]
                odds += scaled * float(held["weights"][name])
            else:
                odds += float(held["weights"][f"{name} = {value}"])
        assert model.predict(row.applicant).score == pytest.approx(
            1 / (1 + math.exp(-odds)), abs=1e-6
        )


@pytest.mark.parametrize("model", [FIRST, SECOND], ids=lambda m: m.version)
def test_the_area_under_the_curve_is_that_of_comparing_every_pair(model):
    scores = model.held_out_scores
    repaid = [row.repaid for row in dataset.divided()[1]]
    good = [s for s, r in zip(scores, repaid, strict=True) if r]
    bad = [s for s, r in zip(scores, repaid, strict=True) if not r]
    wins = sum((g > b) + (g == b) / 2 for g in good for b in bad)
    expected = wins / (len(good) * len(bad))
    assert model.metric("auc").value == pytest.approx(expected)
    assert 0.65 < expected < 0.85


def test_ties_count_half_and_one_sided_groups_have_no_area():
    half = metrics.area_under_curve(np.array([0.5, 0.5]), np.array([True, False]))
    assert half == 0.5
    assert metrics.area_under_curve(np.array([0.1]), np.array([True])) is None


def test_every_figure_is_recomputed_row_by_row():
    rows = dataset.divided()[1]
    women = [row for row in rows if row.segment["sex"] == "female"]
    for segment, members in (("all", rows), ("sex=female", women)):
        scores = [SECOND.predict(row.applicant).score for row in members]
        pairs = list(zip(scores, members, strict=True))
        good = [s >= 0.5 for s, row in pairs if row.repaid]
        bad = [s >= 0.5 for s, row in pairs if not row.repaid]
        expected = {
            "accuracy": sum((s >= 0.5) == row.repaid for s, row in pairs) / len(pairs),
            "approval_rate": sum(good + bad) / len(pairs),
            "true_positive_rate": sum(good) / len(good),
            "false_positive_rate": sum(bad) / len(bad),
            "brier": sum((s - row.repaid) ** 2 for s, row in pairs) / len(pairs),
            "log_loss": -sum(math.log(s if row.repaid else 1 - s) for s, row in pairs)
            / len(pairs),
            "mean_cost": (5 * sum(bad) + len(good) - sum(good)) / len(pairs),
        }
        for name, value in expected.items():
            metric = SECOND.metric(name, segment)
            assert metric.value == pytest.approx(value), name
            assert metric.n == len(members)


def test_calibration_covers_every_held_out_row_in_order_of_score():
    bins = SECOND.calibration
    assert [b.n for b in bins] == [30] * 10
    assert [b.mean_score for b in bins] == sorted(b.mean_score for b in bins)
    repaid = sum(b.share_repaid * b.n for b in bins)
    assert repaid == pytest.approx(sum(row.repaid for row in dataset.divided()[1]))
