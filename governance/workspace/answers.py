"""How the sample's risk officer answered the wizard, per system."""

from typing import Any

_SHARED: dict[str, Any] = {
    "infers": "yes",
    "exclusions": ["none"],
    "our_roles": ["provider", "deployer"],
    "domains": ["none"],
    "biometrics": ["none"],
    "practices": ["none"],
    "product_law": ["none"],
    "generates": ["none"],
    "own_model": "none",
}
ANSWERS: dict[str, dict[str, Any]] = {
    "credit-scoring": _SHARED
    | {
        "domains": ["finance"],
        "practices": ["rates_people"],
        "score_facts": ["worse_treatment"],
        "finance_purposes": ["credit"],
        "finance_facts": ["credit_of_people"],
        "credit_kind": ["none"],
        "profiling": "yes",
        "for_public_authorities": "no",
    },
    "applicant-ranking": _SHARED
    | {
        "our_roles": ["provider"],
        "domains": ["work"],
        "work_purposes": ["applicants"],
        "work_facts": ["recruiter"],
        "profiling": "yes",
    },
    "chat-assistant": _SHARED
    | {
        "generates": ["conversation", "text"],
        "obviously_ai": "no",
        "content_facts": ["none"],
    },
}
