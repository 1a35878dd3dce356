"""Who is bound by what: readings of a lawyer with the Official Journal open.

Each case names the Article that decides it.
"""

from datetime import date

import pytest

from governance.law.duties_load import catalogue
from tests.governance.law.duty_worlds import (
    ALL_NO,
    BOTH,
    CAMERA,
    EVERY_ROLE,
    GRID,
    rows,
)
from tests.governance.law.test_law_other_regimes import LIFT, MODEL
from tests.governance.law.worlds import (
    CHAT,
    CREDIT,
    EXEMPT,
    HIRING,
    PLAIN,
    TODAY,
    established,
)

CAR = LIFT | {"product_law": ["motor_vehicles"]}
FREE = PLAIN | {"exclusions": ["open_source"]}
EMOTION = PLAIN | {"biometrics": ["emotion"], "emotion_place": ["elsewhere"]}
NUDE = PLAIN | {
    "generates": ["image"],
    "content_facts": ["none"],
    "sexual_material": ["intimate"],
    "material_facts": ["purpose"],
    "valid_consent": "no",
    "only_harmless_editing": "no",
}
LIVE = CAMERA | dict.fromkeys(
    ("rbi_live", "rbi_public_space", "rbi_law_enforcement"), "yes"
)
VERIFIED = LIVE | {"only_confirms_identity": "yes"}
BOTH_WAYS = CAMERA | {key: LIFT[key] for key in LIFT if LIFT[key] != PLAIN.get(key)}
BORDER = PLAIN | {
    "domains": ["migration"],
    "migration_purposes": ["applications"],
    "migration_facts": ["authority"],
    "profiling": "yes",
    "annex_x_component": "yes",
    "placed_on_market_on": "2027-08-01",
}
YES = {name: {name: "yes"} for name in catalogue().flags}


def bound(world, roles, flags=None, edition=None):
    """The rows of every nature that bind, now or later, or may."""
    found = rows(world, roles, TODAY, edition, **(ALL_NO | (flags or {})))
    return {id_: row for id_, row in found.items() if row.state != "does_not_bind"}


def duties_of(world, roles):
    return {id_ for id_, row in bound(world, roles).items() if row.nature == "duty"}


@pytest.mark.parametrize("role", EVERY_ROLE)
def test_a_product_of_section_b_is_reached_by_no_other_article(role):
    # LAW: Art. 2(2). Of Art. 4 and 5 it is an open question: shown as disputed.
    found = bound(CAR, [role])
    owed = {id_ for id_, row in found.items() if row.nature == "duty"}
    assert owed <= {"art-4", "art-5"}
    assert {found[id_].confidence for id_ in owed} <= {"disputed"}
    assert {"art-4a-2", "art-85", "art-95"} & set(found) == set()


@pytest.mark.parametrize("role", EVERY_ROLE)
def test_free_software_without_a_regulated_use_is_left_alone(role):
    # LAW: Art. 2(12); whether it is prohibited is to be looked at all the same.
    assert duties_of(FREE, [role]) <= {"art-5"}
    assert "art-4" in duties_of(CHAT | {"exclusions": ["open_source"]}, ["provider"])


@pytest.mark.parametrize(
    ("world", "roles", "flags", "edition", "binding", "free"),
    [
        # Art. 50(5) goes with the paragraph whose information it is about.
        (CHAT, ["provider"], {}, None, "art-50-5", "art-50-5-deployer"),
        (CHAT, ["deployer"], {}, None, "art-4", "art-50-5"),
        (EMOTION, ["deployer"], {}, None, "art-50-5-deployer", "art-50-5"),
        (EMOTION, ["provider"], {}, None, "art-8-1", "art-50-5"),
        # Art. 3(36): who only verifies identifies nobody.
        (LIVE, ["deployer"], YES["police"], None, "art-5-3", "art-26-10-limits"),
        (VERIFIED, ["deployer"], YES["police"], None, "art-5", "art-5-3"),
        (VERIFIED, ["deployer"], YES["police"], None, "art-5", "art-5-2"),
        # Art. 5(1a)(a) speaks of placing on the market, and so does an importer (3(6)).
        (NUDE, ["importer"], {}, None, "art-5-1-ba", "art-4"),
        # Art. 41(5) names providers of high-risk systems, and of models.
        (MODEL, ["model_provider"], {}, None, "art-41-5-model", "art-41-5"),
        (CREDIT, ["model_provider"], {}, None, "art-78", "art-41-5-model"),
        # Art. 43(3): the procedure of the product prevails.
        (BOTH_WAYS, ["provider"], {}, None, "art-43-3", "art-43-1"),
        (CAMERA, ["provider"], {}, None, "art-43-1", "art-43-3"),
        # Art. 49(4) says where, not who: a private deployer registers nothing.
        (CAMERA, ["deployer"], YES["police"], None, "art-26-1", "art-49-4"),
        (CAMERA, ["provider"], YES["police"], None, "art-49-4", "art-49-3"),
        # Art. 60(1): Section A since 2026; 60(4)(c): point 2 at national level.
        (LIFT, ["provider"], YES["real_world_test"], None, "art-60-4-c", "art-60a"),
        (
            *(LIFT, ["provider"], YES["real_world_test"], "enacted_2024"),
            *("art-8-1", "art-60-4-f"),
        ),
        (
            *(GRID, ["provider"], YES["real_world_test"], None),
            *("art-60-4-c-national", "art-60-4-c"),
        ),
        # Art. 2(3) and (8): a sandbox is before the market, and not for the military.
        (
            *(PLAIN | {"exclusions": ["before_market"]}, ["provider"]),
            *(YES["sandbox"], None, "art-57-11", "art-4"),
        ),
        (
            *(PLAIN | {"exclusions": ["military"]}, ["provider"]),
            *(YES["sandbox"], None, "", "art-57-11"),
        ),
        # Art. 111(1) is for parts of the systems of Annex X alone.
        (BORDER, BOTH, {}, None, "art-111-1", "art-22-1"),
        (CHAT, BOTH, {}, None, "art-4", "art-111-1"),
    ],
)
def test_a_row_binds_whom_the_article_names(
    world, roles, flags, edition, binding, free
):
    found = bound(world, roles, flags, edition)
    assert binding in found or not binding
    assert free not in found


@pytest.mark.parametrize(
    ("world", "role", "flag", "id_", "day"),
    [
        (LIFT, "distributor", "provider_by_own_acts", "art-25-1", date(2028, 8, 2)),
        (LIFT, "provider", "another_became_provider", "art-25-2", date(2028, 8, 2)),
        (CHAT, "provider", "another_became_provider", "art-25-2", date(2027, 12, 2)),
        (BORDER, "provider", "sme", "art-111-1", date(2030, 12, 31)),
    ],
)
def test_a_row_bites_on_the_day_of_its_way_to_high_risk(world, role, flag, id_, day):
    assert bound(world, [role], YES[flag])[id_].applies_from == day


@pytest.mark.parametrize(
    ("roles", "id_", "citation"),
    [
        (["provider"], "art-14-5", "Art. 99(4)(a)"),
        (["deployer"], "art-14-5", "Art. 99(1)"),
        (BOTH, "art-14-5", "Art. 99(4)(a)"),
        (["provider"], "art-49-1", "Art. 99(4)(a)"),
        (["authorised_representative"], "art-49-1", "Art. 99(4)(b)"),
    ],
)
def test_the_tier_is_the_one_of_the_role_that_bears_the_duty(roles, id_, citation):
    # LAW: Art. 99(4) goes by the Article for each role; 14(5) is none of a deployer's.
    assert bound(CAMERA, roles)[id_].penalty.citation == citation


def test_how_far_a_public_body_can_be_fined_is_said_by_its_member_state():
    # LAW: Art. 99(8); the amounts of the Union stay those of Art. 99(4).
    cost = bound(CREDIT, ["deployer"], YES["public_body"])["art-26-1"].penalty
    assert cost.eur == 15_000_000
    assert "Art. 99(8)" in cost.note
    assert bound(CREDIT, ["deployer"])["art-26-1"].penalty.note == ""


@pytest.mark.parametrize(
    ("world", "finding", "roles", "free"),
    [
        (CREDIT, "annex-iii-5-b", "importer distributor", "third_party"),
        (CREDIT, "annex-iii-5-b", "authorised_representative", "product_manufacturer"),
        (LIFT, "annex-i-a-4", "importer product_manufacturer", "model_provider"),
        (NUDE, "art-5-1-ba", "importer", "authorised_representative"),
        (HIRING | EXEMPT, "annex-iii-4-a.exempt", "provider", "deployer"),
    ],
)
def test_a_finding_concerns_those_on_whom_its_duties_fall(world, finding, roles, free):
    # LAW: Art. 16, 22 to 24, 26; of an exempt system only Art. 6(4) and 49(2).
    def concerns(role):
        return established(world | {"our_roles": [role]})[finding].concerns_us

    assert {concerns(role) for role in roles.split()} == {"yes"}
    assert concerns(free) == "no"
