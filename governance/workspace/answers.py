"""How the sample's risk officer answered the wizard, per system."""

from typing import Any

_SHARED: dict[str, Any] = {
    "infers": "yes",
    "eu_link": "yes",
    "exclusions": ["none"],
    "our_roles": ["provider", "deployer"],
    "domains": ["none"],
    "biometrics": ["none"],
    "manipulates": "no",
    "exploits_weakness": "no",
    "scores_people": "no",
    "predicts_crime": "no",
    "product_law": ["none"],
    "interacts_with_people": "no",
    "generates": ["none"],
    "provides_model": "no",
}
ANSWERS: dict[str, dict[str, Any]] = {
    "credit-scoring": _SHARED
    | {
        "domains": ["finance"],
        "scores_people": "yes",
        "detrimental_treatment": "yes",
        "unrelated_context": "no",
        "treatment_disproportionate": "no",
        "finance_purposes": ["credit"],
        "credit_natural_persons": "yes",
        "fraud_detection_only": "no",
        "profiling": "yes",
        "for_public_authorities": "no",
    },
    "applicant-ranking": _SHARED
    | {
        "our_roles": ["provider"],
        "domains": ["work"],
        "work_purposes": ["applicants"],
        "recruiter_uses_output": "yes",
        "profiling": "yes",
    },
    "chat-assistant": _SHARED
    | {
        "interacts_with_people": "yes",
        "obviously_ai": "no",
        "generates": ["text"],
        "only_standard_editing": "no",
        "public_interest_text": "no",
    },
}
