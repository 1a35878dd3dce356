"""Systems and organisations that the tests of the duties speak about."""

from collections.abc import Iterable
from datetime import date

from governance.law.duties import Duty, duties
from governance.law.duties_load import catalogue
from tests.governance.law.worlds import PLAIN, TODAY

BOTH = ("provider", "deployer")
EVERY_ROLE = tuple(role for role in catalogue().roles if role != "affected_person")
ALL_NO = dict.fromkeys(catalogue().flags, "no")
HIGH_RISK_DAY = date(2027, 12, 2)
GENERAL_DAY = date(2026, 8, 2)
CAMERA = PLAIN | {
    "biometrics": ["identification"],
    "biometric_without_participation": "yes",
    "biometric_reference_database": "yes",
    "biometric_use_lawful": "yes",
    "only_confirms_identity": "no",
    "rbi_live": "no",
    "profiling": "yes",
}
GRID = PLAIN | {
    "domains": ["infrastructure"],
    "infrastructure_kind": ["electricity"],
    "infrastructure_operation": "yes",
    "cybersecurity_only": "no",
    "safety_purpose": "yes",
    "failure_endangers_people": "yes",
    "profiling": "yes",
}


def rows(
    answers: dict[str, object],
    roles: Iterable[str] = BOTH,
    on: date = TODAY,
    edition: str | None = None,
    **flags: str,
) -> dict[str, Duty]:
    """The rows for a system, by id."""
    found = duties(answers, tuple(roles), on, edition, flags).duties
    return {item.id: item for item in found}
