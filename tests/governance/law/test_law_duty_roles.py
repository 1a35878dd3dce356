"""Each role has its rows, several have them all; the answer as a whole."""

import json
from datetime import date

import pytest

from governance.law.classify import EditionUnknown
from governance.law.duties import RoleUnknown, duties
from governance.law.facts import AnswersInvalid
from tests.governance.law.duty_worlds import (
    ALL_NO,
    BOTH,
    EVERY_ROLE,
    rows,
)
from tests.governance.law.test_law_other_regimes import LIFT, MODEL
from tests.governance.law.worlds import (
    CHAT,
    CREDIT,
    EXEMPT,
    HIRING,
    TODAY,
)


def test_an_exempt_system_has_the_duties_of_the_exemption_and_no_others():
    found = rows(HIRING | EXEMPT, **ALL_NO)
    assert found["art-6-4"].state == "applies_from"
    assert found["art-49-2"].state == "binds_now"
    assert found["art-80"].state == "binds_now"
    for id_ in ("art-9-1", "art-49-1", "art-26-1", "art-86"):
        assert found[id_].state == "does_not_bind"
        assert found[id_].confidence == "established"


def test_a_model_binds_its_provider_and_open_release_relieves_in_part():
    closed = rows(MODEL, ["model_provider"])
    assert closed["art-53-1-a"].state == closed["art-53-1-c"].state == "binds_now"
    assert closed["art-54-1"].state == closed["art-55-1-a"].state == "does_not_bind"
    released = MODEL | {"model_open_licence": "yes", "model_weights_public": "yes"}
    free = rows(released, ["model_provider"])
    assert free["art-53-1-a"].state == "does_not_bind"
    assert free["art-53-1-d"].state == "binds_now"
    large = rows(
        released | {"compute_above_1e25": "yes", "commission_exempted": "no"},
        ["model_provider"],
    )
    assert large["art-53-1-a"].state == large["art-55-1-c"].state == "binds_now"
    assert large["art-52-1"].deadlines == ("art-52-1-notify",)
    assert "art-9-1" not in large
    assert "art-53-1-a" not in rows(MODEL, ["provider"])


def test_each_role_has_its_rows_and_several_have_all_of_them():
    alone = {role: set(rows(CREDIT, [role], **ALL_NO)) for role in EVERY_ROLE}
    assert set(rows(CREDIT, EVERY_ROLE, **ALL_NO)) == set().union(*alone.values())
    assert {"art-23-1", "art-23-5"} <= alone["importer"]
    assert "art-24-1" in alone["distributor"] - alone["importer"]
    assert {"art-22-3-b", "art-54-3-a"} <= alone["authorised_representative"]
    assert "art-49-1" in alone["authorised_representative"]
    assert "art-25-3" in alone["product_manufacturer"]
    assert "art-25-4" in alone["third_party"] - alone["deployer"]
    # A downstream provider is a provider, Art. 3(68), with a right of its own.
    assert alone["downstream_provider"] == alone["provider"] | {"art-89-2"}
    rights = set.intersection(*alone.values())
    assert rights == {"art-85"}
    assert rows(CREDIT, ["importer"])["art-85"].nature == "right"


def test_a_product_manufacturer_is_provider_where_art_25_3_says_so():
    maker = ["product_manufacturer"]
    named = ALL_NO | {"product_under_own_name": "yes"}
    assert rows(LIFT, maker, **named)["art-9-1"].state == "applies_from"
    assert rows(LIFT, maker, **named)["art-25-3"].state == "applies_from"
    assert "art-9-1" not in rows(LIFT, maker, **ALL_NO)
    assert "art-9-1" not in rows(CREDIT, maker, **named)


def test_own_acts_make_a_deployer_the_provider_and_doubt_says_so():
    acts = "provider_by_own_acts"
    unasked = {k: v for k, v in ALL_NO.items() if k != acts}
    became = rows(CREDIT, ["deployer"], **(ALL_NO | {acts: "yes"}))
    assert became["art-9-1"].state == "applies_from"
    assert became["art-9-1"].borne_as == ("provider",)
    perhaps = rows(CREDIT, ["deployer"], **(ALL_NO | {acts: "not_established"}))
    assert perhaps["art-9-1"].state == "not_established"
    assert [m.fact for m in perhaps["art-9-1"].missing] == [f"flag.{acts}"]
    assert perhaps["art-49-1"].state == "not_established"
    silent = rows(CREDIT, ["deployer"], **unasked)
    assert "art-9-1" not in silent
    assert silent["art-25-1"].state == "not_established"


def test_a_private_person_is_no_deployer():
    private = CHAT | {"exclusions": ["personal"]}
    row = rows(private, ["deployer"], **ALL_NO)["art-26-1"]
    assert row.state == "does_not_bind"
    both = rows(private, **ALL_NO)
    literacy = rows(private, ["deployer"], **ALL_NO)["art-4"]
    assert literacy.state == "does_not_bind"
    assert "exclusions" in [reason.fact for reason in literacy.why]
    assert both["art-4"].state == "binds_now"


def test_rights_permissions_and_voluntary_acts_are_shown_and_are_no_duties():
    found = duties(CREDIT, BOTH, date(2029, 1, 1), flags=ALL_NO)
    shown = {row.nature for row in found.duties}
    assert {"duty", "permission", "option", "relief", "right", "scope_rule"} <= shown
    assert {row.nature for row in found.binding} == {"duty"}
    assert all(row.penalty is None for row in found.duties if row.nature != "duty")
    assert "art-95" in rows(CHAT)


def test_the_answer_is_plain_json():
    found = duties(CREDIT, BOTH, TODAY, flags=ALL_NO)
    plain = found.as_json()
    assert json.loads(json.dumps(plain)) == plain
    assert plain["headline"] == found.verdict.headline
    first = next(row for row in plain["duties"] if row["id"] == "art-9-1")
    assert first["applies_from"] == "2027-12-02"
    assert first["crosswalk"][0]["nist_ai_rmf"]["strength"] == "strong"


def test_what_does_not_exist_is_refused():
    with pytest.raises(RoleUnknown, match=r"\['owner'\]; there are provider"):
        duties(CREDIT, ["owner"], TODAY)
    with pytest.raises(AnswersInvalid, match="no question has this id"):
        duties(CREDIT, BOTH, TODAY, flags={"rich": "yes"})
    with pytest.raises(EditionUnknown):
        duties(CREDIT, BOTH, TODAY, "draft_2025")
