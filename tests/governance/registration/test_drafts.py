"""What stands in a draft: from the register, from people, and what is missing."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404

from governance.derogation.contents import KIND as EXEMPTION
from governance.registration.contents.drafts import drafts, idle_sections
from governance.registration.models import RegistrationText
from governance.registration.selectors import facts_of
from governance.registration.services import write_text
from registry.operators.services import EditedMeanwhile, FactsWrong
from tests.factories import World
from tests.governance.fria.fria_world import Desk
from tests.governance.law.duty_worlds import CAMERA, GRID
from tests.governance.law.worlds import EXEMPT, HIRING
from tests.governance.registration.worlds import (
    A,
    B,
    C,
    a_provider,
    an_operator_of,
    classified,
    draft,
    edits,
    holds,
    kept,
    states,
    today,
)
from tests.registry.facts import details, verbs

pytestmark = pytest.mark.django_db


def field(of: Any, number: int) -> Any:
    return next(f for f in of.fields if f.asks.id.endswith(f"-{number}"))


def write(world: World, of: Any, number: int, **given: Any) -> RegistrationText:
    told = {"text": "", "author": world.alice, "revision": 0, **kept(), **given}
    return write_text(draft=of, field=field(of, number).asks.id, **told)


def found(world: World) -> dict[str, Any]:
    return {each.section.id: each for each in drafts(facts_of(world.system, today()))}


def test_without_an_approved_classification_there_is_no_draft(world: World) -> None:
    holds(world.system, an_operator_of(world))
    assert found(world) == {}
    assert idle_sections(facts_of(world.system, today())) == []


def test_the_register_fills_the_fields_and_says_where_from(world: World) -> None:
    operator = a_provider(world)
    edits(world, member_states=["FR", "DE"], lifecycle_state="on_market")
    of = draft(world, operator)
    assert field(of, 1).value == (
        "Acme Bank AG\nMarktplatz 1\n60311 Frankfurt\nDE\nai@acme.example"
    )
    assert field(of, 1).register.source == "Operators with the role provider"
    assert str(world.system.pk) in field(of, 4).value
    assert field(of, 5).state == "partly"
    assert field(of, 5).still == "Add the components and functions it supports."
    assert field(of, 7).value == "On the market, or in service"
    assert field(of, 10).value == "Germany, France"
    # No representative is needed of a provider in the Union: the register knows it.
    assert (field(of, 3).state, field(of, 3).value) == ("not_applicable", "")
    assert field(of, 6).state == "missing"
    assert (of.complete, of.total) == (5, 12)


def test_an_address_that_is_missing_is_asked_for(world: World) -> None:
    operator = an_operator_of(world, address="", contact="", country="US")
    holds(world.system, operator)
    classified(world)
    of = draft(world, operator)
    assert field(of, 1).still == (
        "Add the address of Acme Bank AG, how to reach Acme Bank AG."
    )
    assert field(of, 3).state == "missing"
    agent = an_operator_of(world, name="Agent GmbH")
    holds(world.system, agent, "authorised_representative")
    assert field(draft(world, operator), 3).value.startswith("Agent GmbH\n")
    its_own = draft(world, agent)
    assert field(its_own, 1).value.startswith("Acme Bank AG")
    assert field(its_own, 2).value.startswith("Agent GmbH")


def test_each_section_only_for_those_it_binds(world: World) -> None:
    operator = a_provider(world, real_world_test="no")
    assert set(found(world)) == {A}
    city = an_operator_of(world, name="City", public_body=True)
    holds(world.system, city, "deployer")
    assert {(d.operator.name, s) for s, d in found(world).items()} == {
        ("Acme Bank AG", A),
        ("City", C),
    }
    idle = {s.id: s for s in idle_sections(facts_of(world.system, today()))}
    assert set(idle) == {B, "annex-ix", "national"}
    assert idle["national"].why
    with pytest.raises(Http404):
        draft(world, operator, C)


def test_an_exempt_system_names_its_condition(world: World) -> None:
    operator = a_provider(world, HIRING | EXEMPT)
    of = draft(world, operator, B)
    assert [f.asks.id for f in of.fields] == [f"{B}-{n}" for n in (1, 2, 3, 4, 5, 6, 8)]
    assert field(of, 6).value.startswith("Art. 6(3), second subparagraph, point (a)")
    assert "Approved classification" in field(of, 6).register.source


def test_an_approved_assessment_is_summed_up_for_the_public_deployer(
    world: World,
) -> None:
    city = an_operator_of(world, name="City", public_body=True)
    holds(world.system, city, "deployer")
    classified(world)
    desk = Desk(world, city)
    waits = desk.propose(desk.written())
    assert field(draft(world, city, C), 4).state == "missing"
    desk.approve(waits)
    summary = field(draft(world, city, C), 4)
    assert summary.state == "complete"
    assert "What harm it may do to them: About fria-d." in summary.value
    assert "fria-a" not in summary.value
    assert summary.register.source.startswith("Assessment of Art. 27, version 1, appr")
    desk.approve(desk.propose(desk.write(desk.begin(), "fria-d", text="Harm. " * 200)))
    summary = field(draft(world, city, C), 4)
    assert summary.still == (
        "Add a shorter wording of what is cut off: What harm it may do to them."
    )
    assert "version 2" in summary.register.source


def test_an_approved_record_gives_the_grounds_that_the_text_of_2024_asks_for(
    world: World,
) -> None:
    operator = a_provider(world, HIRING | EXEMPT)
    desk = Desk(world, operator, kind=EXEMPTION)
    paper = desk.begin()
    for element in ("derogation-use", "derogation-a", "derogation-profiling"):
        paper = desk.write(paper, element)
    for element in ("derogation-influence", "derogation-risk"):
        paper = desk.write(paper, element, choice="none")
    waits = desk.propose(paper)
    assert field(draft(world, operator, B, "enacted_2024"), 7).state == "missing"
    desk.approve(waits)
    grounds = field(draft(world, operator, B, "enacted_2024"), 7)
    assert "A narrow procedural task: About derogation-a." in grounds.value
    assert "No significant risk of harm arises. About derog" in grounds.value
    assert "derogation-use" not in grounds.value
    assert grounds.register.source.startswith(
        "Record of Art. 6(4), version 1, approved"
    )


def test_critical_infrastructure_is_drafted_for_the_national_register(
    world: World,
) -> None:
    a_provider(world, GRID, real_world_test="no")
    [only] = found(world).values()
    assert (only.section.id, only.total, only.complete) == ("national", 0, 0)
    assert "national register" in only.content["notice"]


def test_the_secure_set_is_marked_field_by_field(world: World) -> None:
    operator = a_provider(world, CAMERA)
    unknown = draft(world, operator)
    assert unknown.non_public
    assert {row["place"] for row in unknown.content["fields"]} == {"not_established"}
    states(world, operator, police="yes")
    of = draft(world, operator)
    assert [row["id"] for row in of.content["fields"]] == [
        f"{A}-{n}" for n in (1, 2, 3, 4, 5, 7, 10)
    ]
    assert {row["place"] for row in of.content["fields"]} == {"non_public"}
    assert [row["id"] for row in of.content["left_out"]] == [
        f"{A}-{n}" for n in (6, 8, 9, 11, 12, 13)
    ]
    states(world, operator, police="no", migration_asylum="no")
    assert not draft(world, operator).non_public


def test_a_text_takes_the_place_of_the_register_with_a_reason(world: World) -> None:
    operator = a_provider(world)
    with pytest.raises(FactsWrong, match="Say why"):
        write(world, draft(world, operator), 4, text="Credit X")
    write(world, draft(world, operator), 4, text=" Credit X ", reason="Its mark.")
    now = field(draft(world, operator), 4)
    assert (now.value, now.state, now.revision) == ("Credit X", "complete", 1)
    assert str(world.system.pk) in now.register.text
    assert verbs(world.system)[-1] == "registration_text.written"
    # The trail is read by more people than a secure section.
    assert "Credit X" not in str(details(world.system))
    write(world, draft(world, operator), 4, revision=1)
    assert field(draft(world, operator), 4).value.startswith("Credit scoring")
    assert RegistrationText.objects.count() == 2


def test_what_does_not_apply_has_a_reason_and_is_complete(world: World) -> None:
    operator = a_provider(world)
    before = draft(world, operator).complete
    with pytest.raises(FactsWrong, match="Say why"):
        write(world, draft(world, operator), 8, not_applicable=True)
    with pytest.raises(FactsWrong, match="in every case"):
        write(world, draft(world, operator), 6, not_applicable=True, reason="No.")
    with pytest.raises(FactsWrong, match="or say that it does not"):
        write(
            world, draft(world, operator), 8, text="X", not_applicable=True, reason="N"
        )
    write(world, draft(world, operator), 8, not_applicable=True, reason="Annex VI.")
    assert draft(world, operator).complete == before + 1
    with (
        pytest.raises(IntegrityError, match="what_does_not_apply"),
        transaction.atomic(),
    ):
        RegistrationText.objects.update(reason="")


def test_a_field_of_another_section_and_a_long_text_are_refused(world: World) -> None:
    of = draft(world, a_provider(world))
    told = {"draft": of, "author": world.alice, "revision": 0, **kept()}
    with pytest.raises(FactsWrong, match="does not ask"):
        write_text(field=f"{B}-6", text="X", **told)
    with pytest.raises(FactsWrong, match="10,000"):
        write_text(field=f"{A}-6", text="X" * 10_001, **told)


def test_two_who_write_at_once_never_overwrite_each_other(world: World) -> None:
    operator = a_provider(world)
    stale = draft(world, operator)
    write(world, stale, 6, text="Alice's text")
    with pytest.raises(EditedMeanwhile) as caught:
        write(world, stale, 6, text="Bob's text", author=world.bob)
    assert caught.value.row.text == "Alice's text"
    # Writing what stands there already writes nothing.
    again = write(world, stale, 6, text="Alice's text", revision=1)
    assert again == caught.value.row
    assert field(draft(world, operator), 6).value == "Alice's text"
