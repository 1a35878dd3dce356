"""Art. 25: five letters by which somebody else becomes the provider."""

from governance.law.duties_load import catalogue
from governance.law.value_chain import PROVIDERS, askable, facts, letters, letters_for


def test_the_act_has_five_letters_and_each_can_be_answered_in_plain_words() -> None:
    assert [each.citation.partition(",")[0] for each in letters()] == [
        "Art. 25(1)(a)", "Art. 25(1)(b)", "Art. 25(1)(c)",
        "Art. 25(3)(a)", "Art. 25(3)(b)",
    ]  # fmt: skip
    for each in letters():
        assert each.text.endswith("?")
        assert each.help
        assert each.example_inside
        assert each.example_outside
        assert each.words
        assert each.who_knows


def test_the_letters_name_roles_and_facts_that_the_catalogue_of_duties_knows() -> None:
    known = catalogue()
    asked = {row.id: set(row.bearers) for row in known.rows}
    for each in letters():
        assert each.flag in known.flags
        article = "art-25-1" if each.id.startswith("art-25-1") else "art-25-3"
        assert set(each.asks) == asked[article]
    assert known.roles.keys() >= askable() | PROVIDERS
    assert not askable() & PROVIDERS
    # What these facts establish is that somebody bears a provider's duties.
    assert facts() == {"provider_by_own_acts", "product_under_own_name"}


def test_a_product_maker_is_asked_by_paragraph_3_and_a_deployer_by_paragraph_1() -> (
    None
):
    maker = [each.id for each in letters_for(["product_manufacturer"])]
    user = [each.id for each in letters_for(["deployer", "provider"])]
    assert maker == ["art-25-3-a", "art-25-3-b"]
    assert user == ["art-25-1-a", "art-25-1-b", "art-25-1-c"]
    assert letters_for(["model_provider"]) == ()
