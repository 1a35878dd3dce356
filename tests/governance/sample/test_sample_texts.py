"""The sample's documents quote computed figures; what is missing stays missing."""

import re

from governance.sample import catalogue, credit, dataset, figures, texts

LEAVES = 23


def test_about_half_of_the_annex_is_written_and_the_rest_is_really_missing():
    written = texts.annex_iv()
    assert len({text.leaf for text in written}) == len(written)
    assert 12 <= len(written) < LEAVES - 5
    states = {text.state for text in written}
    assert states == {texts.DRAFT, texts.APPROVED, texts.NOT_APPLICABLE}
    missing = {"A4-1g", "A4-1h", "A4-2f", "A4-2h", "A4-5", "A4-7", "A4-8", "A4-9"}
    assert missing.isdisjoint(text.leaf for text in written)


def test_no_text_has_a_hole_or_an_empty_promise():
    cards = texts.model_cards()
    for text in [*(t.text for t in texts.annex_iv()), *cards.values()]:
        assert "${" not in text
        assert "nan" not in re.findall(r"\w+", text)
        assert not re.search(r"compliant|certified|successfully", text, re.IGNORECASE)


def test_the_figures_in_the_texts_are_those_of_the_models():
    second = credit.train()[1]
    testing = next(t.text for t in texts.annex_iv() if t.leaf == "A4-2g")
    assert f"area under the curve {second.metric('auc').value:.3f}" in testing
    women = second.metric("approval_rate", "sex=female")
    assert f"sex: female ({women.n} rows)" in testing
    assert f"approved {100 * women.value:.1f} %" in testing
    data = next(t.text for t in texts.annex_iv() if t.leaf == "A4-2d")
    assert dataset.SHA256 in data


def test_what_the_texts_conclude_is_what_the_figures_say():
    first, second = credit.train()

    def value(model, name, segment="all"):
        return model.metric(name, segment).value

    gained = value(second, "auc") - value(first, "auc")
    assert 0 < gained < figures.auc_error(second)
    assert value(second, "auc") - 3 * figures.auc_error(second) > 0.5
    young = value(second, "accuracy", "age_band=below 26")
    assert young < value(second, "accuracy", "age_band=36 to 50")
    lowest = second.calibration[0]
    assert lowest.mean_score < lowest.share_repaid
    refusing_everybody = value(second, "share_repaid")
    assert value(second, "mean_cost") > refusing_everybody


def test_each_model_card_is_of_its_own_version():
    for model in credit.train():
        card = texts.model_cards()[model.version]
        assert f"version {model.version}" in card
        assert model.sha256 in card


def test_the_catalogue_states_the_data_as_they_are():
    facts = catalogue.GERMAN_CREDIT
    ages = [int(row.applicant["age_in_years"]) for row in dataset.credits()]
    assert (facts.sha256, facts.rows) == (dataset.SHA256, len(ages))
    assert f"{sum(age < 26 for age in ages)} rows" in facts.known_biases
    assert f"{sum(age > 60 for age in ages)} of persons" in facts.known_biases
