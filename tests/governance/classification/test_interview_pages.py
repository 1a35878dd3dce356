"""The wizard, walked through the browser's door."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from governance.classification.models import Classification, ClassificationDraft
from registry.operators.models import Operator
from tests.factories import World
from tests.governance.classification.interview import (
    address,
    asked_on,
    propose,
    seen_on,
    typed,
    walk_to_review,
)
from tests.governance.law.worlds import CHAT, CREDIT, HIRING

SignIn = Callable[[Any], Client]
SECOND_PAGE = ["domains", "biometrics", "practices"]


@pytest.mark.parametrize(
    ("knowledge", "found", "never_asked"),
    [
        (CREDIT, "Annex III 5(b)", {"work_purposes", "part_played", "obviously_ai"}),
        (
            HIRING,
            "Annex III 4(a)",
            {"finance_purposes", "content_facts", "identification_facts"},
        ),
        (
            CHAT,
            "Art. 50(1)",
            {"profiling", "finance_purposes"},
        ),
    ],
    ids=["credit scoring", "ranking", "chat assistant"],
)
def test_it_asks_only_what_the_answers_make_necessary(
    world: World, signed_in: SignIn, knowledge: Any, found: str, never_asked: set[str]
) -> None:
    alice = signed_in(world.alice)
    pages, review = walk_to_review(alice, world.system, knowledge)
    asked = [fact for page in pages for fact in page]
    assert len(asked) == len(set(asked)) < 25
    assert not never_asked & set(asked)
    assert max(map(len, pages)) <= 8
    assert found in review
    response = propose(alice, world.system, review)
    assert response.status_code == 200
    row = Classification.objects.get(system=world.system)
    assert row.state == "proposed"
    assert set(row.answers) == set(asked)
    assert not ClassificationDraft.objects.exists()
    assert found in response.content.decode()


def test_each_question_is_explained(world: World, signed_in: SignIn) -> None:
    html = signed_in(world.alice).get(address("wizard", world.system)).content.decode()
    for words in ("Just inside", "Just outside", "I cannot tell", "Art. 3(1)"):
        assert words in html
    assert "Likely to know" in html


def test_nothing_ticked_is_an_error_and_never_no(
    world: World, signed_in: SignIn
) -> None:
    alice = signed_in(world.alice)
    facts = asked_on(alice.get(address("wizard", world.system)).content.decode())
    form = typed(facts, CREDIT)
    del form["exclusions"]
    response = alice.post(address("wizard", world.system), form)
    assert response.status_code == 422
    assert "Nothing is ticked" in response.content.decode()
    assert not ClassificationDraft.objects.exists()


def test_none_of_these_stands_alone(world: World, signed_in: SignIn) -> None:
    alice = signed_in(world.alice)
    facts = asked_on(alice.get(address("wizard", world.system)).content.decode())
    form = typed(facts, CREDIT) | {"exclusions": ["none", "military"]}
    response = alice.post(address("wizard", world.system), form)
    assert response.status_code == 422
    assert "stands alone" in response.content.decode()


def test_leaving_and_returning_continues_and_back_shows_what_was_answered(
    world: World, signed_in: SignIn
) -> None:
    alice = signed_in(world.alice)
    facts = asked_on(alice.get(address("wizard", world.system)).content.decode())
    alice.post(address("wizard", world.system), typed(facts, CREDIT))
    again = signed_in(world.alice).get(address("wizard", world.system))
    assert asked_on(again.content.decode()) == SECOND_PAGE
    back = alice.get(address("wizard", world.system), {"page": 1}).content.decode()
    assert asked_on(back) == facts
    assert 'name="infers" value="yes" checked' in back


def test_an_answer_that_makes_others_obsolete_takes_them_away_and_says_which(
    world: World, signed_in: SignIn
) -> None:
    alice = signed_in(world.alice)
    walk_to_review(alice, world.system, CREDIT)
    second = f"{address('wizard', world.system)}?page=2"
    page = alice.get(second).content.decode()
    form = typed(SECOND_PAGE, CREDIT, page) | {"domains": ["work"]}
    response = alice.post(second, form, follow=True)
    html = response.content.decode()
    assert "no longer matter" in html
    assert "In which of these has it a part, even if it only prepares" in html
    assert asked_on(html) == ["work_purposes"]
    draft = ClassificationDraft.objects.get()
    assert "finance_purposes" not in draft.answers
    assert draft.answers["practices"] == ["rates_people"]
    page = alice.get(second).content.decode()
    back = typed(SECOND_PAGE, CREDIT, page)
    again = alice.post(second, back, follow=True).content.decode()
    assert asked_on(again) == ["finance_purposes"]
    assert 'value="credit" checked' in again
    assert "Your earlier answer" in again
    assert "finance_purposes" not in ClassificationDraft.objects.get().answers


def test_i_cannot_tell_leads_to_not_established_and_never_to_no(
    world: World, signed_in: SignIn
) -> None:
    knowledge = CREDIT | {"finance_facts": ["not_established"]}
    _pages, review = walk_to_review(signed_in(world.alice), world.system, knowledge)
    assert "What is not established" in review
    assert "Not established: High-risk" in review
    assert "Are natural persons the ones whose creditworthiness" in review
    propose(signed_in(world.alice), world.system, review)
    row = Classification.objects.get()
    verdict = row.verdict
    assert "annex-iii-5-b" not in [r["provision"] for r in verdict["ruled_out"]]
    assert {f["confidence"] for f in verdict["findings"]} == {"not_established"}


def test_an_assumption_is_proposed_and_marked_until_somebody_confirms_it(
    world: World, signed_in: SignIn
) -> None:
    alice = signed_in(world.alice)
    knowledge = CREDIT | {
        "biometrics": ["emotion"],
        "emotion_place": ["elsewhere"],
        "biometric_use_lawful": "yes",
    }
    read: list[str] = []
    walk_to_review(alice, world.system, knowledge, read)
    seen = [html for html in read if "biometric_use_lawful" in asked_on(html)]
    assert "An assumption that the law makes" in seen[0]
    assert 'name="biometric_use_lawful" value="yes" checked' in seen[0]


def test_the_register_proposes_a_date_and_does_not_answer_it(
    world: World, signed_in: SignIn
) -> None:
    world.system.put_into_service_on = timezone.localdate()
    world.system.save()
    alice = signed_in(world.alice)
    read: list[str] = []
    walk_to_review(alice, world.system, CREDIT, read)
    (html,) = (each for each in read if "placed_on_market_on" in asked_on(each))
    assert "From the register" in html
    assert f'value="{timezone.localdate().isoformat()}"' in html
    assert ClassificationDraft.objects.get().answers["placed_on_market_on"] == "no"


def test_two_tabs_never_overwrite_each_other_silently(
    world: World, signed_in: SignIn
) -> None:
    alice = signed_in(world.alice)
    here = address("wizard", world.system)
    page = alice.get(here).content.decode()
    facts = asked_on(page)
    answered = typed(facts, CREDIT, page)
    assert alice.post(here, answered).status_code == 302
    other = answered | {"infers": "no"}
    refused = alice.post(f"{here}?page=1", other)
    html = refused.content.decode()
    assert refused.status_code == 422
    assert "answered in another tab" in html
    assert "What stands now" in html
    assert 'name="infers" value="no" checked' in html
    assert ClassificationDraft.objects.get().answers["infers"] == "yes"
    decided = alice.post(f"{here}?page=1", other | {"seen": seen_on(html)})
    assert decided.status_code == 302
    assert ClassificationDraft.objects.get().answers["infers"] == "no"


def test_a_tab_of_answers_that_were_thrown_away_begins_nothing_anew(
    world: World, signed_in: SignIn
) -> None:
    alice = signed_in(world.alice)
    here = address("wizard", world.system)
    page = alice.get(here).content.decode()
    alice.post(here, typed(asked_on(page), CREDIT, page))
    stale = alice.get(f"{here}?page=2").content.decode()
    alice.post(address("discard", world.system))
    refused = alice.post(f"{here}?page=2", typed(asked_on(stale), CREDIT, stale))
    assert refused.status_code in {302, 422}
    assert not ClassificationDraft.objects.exists()


def test_two_tabs_on_two_pages_do_not_disturb_each_other(
    world: World, signed_in: SignIn
) -> None:
    alice = signed_in(world.alice)
    here = address("wizard", world.system)
    page = alice.get(here).content.decode()
    alice.post(here, typed(asked_on(page), CREDIT, page))
    first = alice.get(f"{here}?page=1").content.decode()
    second = alice.get(f"{here}?page=2").content.decode()
    kept = typed(asked_on(second), CREDIT, second)
    assert alice.post(f"{here}?page=2", kept).status_code == 302
    kept = typed(asked_on(first), CREDIT, first)
    assert alice.post(f"{here}?page=1", kept).status_code == 302


def test_the_register_proposes_the_roles_of_our_own_operators(
    world: World, signed_in: SignIn
) -> None:
    for name, role, ours in (
        ("Bank eG", "deployer", True),
        ("Bank Labs GmbH", "downstream_provider", True),
        ("Reseller SA", "distributor", False),
    ):
        operator = Operator.objects.create(
            organisation=world.acme, name=name, country="DE", ours=ours
        )
        world.system.operator_roles.create(
            operator=operator, role=role, held_from=timezone.localdate(), reason="Is."
        )
    alice, read = signed_in(world.alice), list[str]()
    walk_to_review(alice, world.system, CREDIT, read)
    (html,) = (each for each in read if "our_roles" in asked_on(each))
    assert "From the register. Confirm or change it." in html
    for role, proposed in (("provider", 1), ("deployer", 1), ("distributor", 0)):
        box = f'name="our_roles" value="{role}" checked'
        assert html.count(box) == proposed, role
    verdict = alice.get(address("verdict", world.system)).content.decode()
    assert "It falls on you." in verdict
    ClassificationDraft.objects.update(
        answers={k: told for k, told in CREDIT.items() if k != "our_roles"}
    )
    verdict = alice.get(address("verdict", world.system)).content.decode()
    assert "By the register it falls on you, as provider, deployer" in verdict
