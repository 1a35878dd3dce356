"""What people left open is told, in words that a reader of the file understands."""

from django.utils import timezone

from governance.classification.services import classify_system
from governance.dossiers.contents.missing import preview
from governance.dossiers.selectors.judgement import verdict
from tests.factories import TESTER
from tests.governance.dossiers.worlds import Bank
from tests.governance.law.worlds import CREDIT

OPEN = {"credit_natural_persons": "not_established", "exclusions": ["not_established"]}


def lacks(bank: Bank) -> dict[str, str]:
    return {item.text: item.citation for item in preview(bank.system, bank.version)}


def classify(bank: Bank) -> None:
    at = timezone.now()
    classify_system(
        system=bank.system, answers=CREDIT | OPEN, author=bank.alice, on=at.date(),
        by=TESTER, at=at,
    )  # fmt: skip


def test_facts_that_the_classification_hangs_on_are_missing(bare: Bank) -> None:
    classify(bare)

    facts = verdict(bare.system)
    assert facts is not None
    number = len(facts.verdict["open_facts"])
    assert number > 1
    assert lacks(bare)[
        f"The classification hangs on {number} facts that are not established; "
        "section 1 names them."
    ] == ("Art. 6")


def test_an_answer_that_nobody_could_give_reads_not_established(bare: Bank) -> None:
    classify(bare)

    facts = verdict(bare.system)

    assert facts is not None
    answers = {answer.fact: answer.answer for answer in facts.answers}
    assert {answers[fact] for fact in OPEN} == {"Not established"}
    assert answers["infers"] == "Yes"
    assert facts.edition_title.startswith("Regulation (EU) 2024/1689")


def test_facts_of_data_sets_and_models_that_nobody_stated_are_missing(
    bank: Bank,
) -> None:
    found = lacks(bank)

    assert found[
        "“German credit 1994”: not established: design choices, collection, "
        "labelling, cleaning, assumptions, suitability, representativeness."
    ] == ("Art. 10(2) to (4)")
    # The model's version has all of them.
    assert not any("credit-1" in text for text in found)


def test_a_system_without_a_first_day_says_so(bank: Bank, bare: Bank) -> None:
    text = "No day of placing on the market or putting into service is recorded."

    assert lacks(bare)[text] == "Art. 111"
    assert text not in lacks(bank)
