"""What people left open is told, in words that a reader of the file understands."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.utils import timezone

from governance.classification.services import classify_system
from governance.dossiers.contents.frozen import thaw
from governance.dossiers.contents.missing import preview
from governance.dossiers.render.attachments import attachments
from governance.dossiers.render.pages import pages
from governance.dossiers.selectors.judgement import verdict
from registry.documents.services import read_bytes
from tests.factories import TESTER
from tests.governance.classification.test_draft_guidance import DRAFTED
from tests.governance.dossiers.conftest import Made
from tests.governance.dossiers.opened import page_texts
from tests.governance.dossiers.worlds import Bank
from tests.governance.law.worlds import CREDIT

OPEN = {"credit_natural_persons": "not_established", "exclusions": ["not_established"]}
DATED = {"placed_on_market_on": "2026-03-02"}


def lacks(bank: Bank) -> dict[str, str]:
    return {item.text: item.citation for item in preview(bank.system, bank.version)}


def classify(bank: Bank, answers: Mapping[str, Any] = CREDIT | OPEN | DATED) -> None:
    at = timezone.now()
    classify_system(
        system=bank.system, answers=answers, author=bank.alice, on=at.date(),
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
    assert answers["placed_on_market_on"] == "2 Mar 2026"
    assert facts.edition_title.startswith("Regulation (EU) 2024/1689")


def test_what_rests_on_draft_guidance_alone_is_printed_so(
    made: Made, bare: Bank
) -> None:
    classify(bare, DRAFTED)
    contents = replace(thaw(made.frozen), classification=verdict(bare.system))
    html = pages(contents, attachments(contents, made.frozen, made.tools)).html
    assert "By draft guidance alone: Outside the Act" in html
    for said in ("This rests on draft", "Ruled out by draft"):
        assert f"<strong>Draft guidance.</strong> {said} guidance alone." in html


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


def test_a_duty_that_may_bite_earlier_is_printed_with_both_days(bare: Bank) -> None:
    at = timezone.now()
    exempt = {"profiling": "no", "narrow_task": "yes"}
    classify_system(
        system=bare.system, answers=CREDIT | exempt, author=bare.alice,
        on=date(2026, 11, 23), by=TESTER, at=at,
    )  # fmt: skip
    text = " ".join(page_texts(read_bytes(bare.dossier().pdf_sha256)))

    assert "from 2 Aug 2026; by another reading from 2 Dec 2027" in text
    assert "Falls on: provider, authorised representative." in text
