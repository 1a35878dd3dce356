"""What a breach of the duties behind each finding can cost."""

import pytest

from governance.law.duties import duties
from governance.law.exposure import costs, exposure
from tests.governance.law.duty_worlds import BOTH
from tests.governance.law.worlds import CHAT, CREDIT, PLAIN, TODAY

WORKERS = PLAIN | {"biometrics": ["emotion"], "emotion_place": ["work"]}


def told(answers, roles=BOTH, **flags):
    found = exposure(duties(answers, roles, TODAY, flags=flags))
    return {
        finding: [(tier.citation, tier.eur, tier.limit) for tier in tiers]
        for finding, tiers in found.items()
    }


def test_each_finding_has_the_tiers_of_its_own_duties():
    found = told(WORKERS, sme="no", small_mid_cap="no")
    assert found["art-5-1-f"] == [("Art. 99(3)", 35_000_000, "higher")]
    assert ("Art. 99(4)(g)", 15_000_000, "higher") in found["art-50-3"]
    assert "Art. 99(3)" not in {tier for tier, *_ in found["annex-iii-1-c"]}


@pytest.mark.parametrize(
    ("flags", "limit"), [({"sme": "yes"}, "lower"), ({}, "not_established")]
)
def test_a_small_enterprise_has_the_lower_limit(flags, limit):
    assert told(CHAT, **flags)["art-50-1"][0] == ("Art. 99(4)(g)", 15_000_000, limit)


def test_the_gravest_stands_first_and_national_rules_last():
    tiers = told(CREDIT)["annex-iii-5-b"]
    amounts = [eur or 0 for _, eur, _ in tiers]
    assert amounts == sorted(amounts, reverse=True)
    assert amounts[-1] == 0
    assert len({citation for citation, *_ in tiers}) == len(tiers)


def test_what_takes_duties_away_costs_nothing():
    car = PLAIN | {"product_law": ["motor_vehicles"], "third_party_assessment": "yes"}
    found = told(
        car | {"exclusions": ["open_source"], "safety_facts": "not_established"}
    )
    assert found == {"annex-i-b-18": [], "art-2-12": []}


def test_whom_no_duty_reaches_it_costs_nothing():
    assert told(CHAT, roles=("importer",))["art-50-1"] == []


def test_the_values_are_plain():
    plain = costs(duties(CHAT, BOTH, TODAY))
    assert plain["art-50-1"][0]["since"] == "2025-08-02"
