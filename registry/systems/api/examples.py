"""What the API page shows for each address."""

from typing import Any

from drf_spectacular.utils import OpenApiExample

ID = "0b0e3c52-6f6f-4f0e-8d41-3f5f1ad2c1a7"
OPERATOR = "5f0c9a1e-7a3e-4a8e-9d55-0f6f1c2f4b11"
MODEL_VERSION = "9a1d6f7e-2b4c-4d3a-8f10-7d5b2c9e0a44"

STATED: dict[str, Any] = {
    "name": "Credit scoring, consumer loans",
    "intended_purpose": "Scores applicants for consumer loans; a clerk decides.",
    "affected_persons": "Applicants for consumer loans.",
    "member_states": ["AT", "DE"],
    "lifecycle_state": "on_market",
    "put_into_service_on": "2026-03-02",
    "for_public_authorities": False,
}


def pair(
    name: str, given: dict[str, Any], answered: dict[str, Any]
) -> list[OpenApiExample]:
    """An example of what is sent and one of what comes back."""
    return [
        OpenApiExample(name, value=given, request_only=True),
        OpenApiExample(name, value=answered, response_only=True),
    ]


ANSWERED = {
    "id": ID,
    **STATED,
    "owner": None,
    "placed_on_market_on": None,
    "first_placed_where": "",
    "type_first_placed_on": None,
    "findings": [
        {
            "label": "High-risk from 2 Dec 2027",
            "citation": "Annex III 5(b)",
            "kind": "high_risk",
            "tone": "attention",
        }
    ],
    "log": "probatum.localhost/acme-bank/credit-scoring-consumer-loans-4f2a91",
    "log_vkey": "probatum.localhost/acme-bank/credit-scoring-consumer-loans-4f2a91"
    "+c74f20a3+AZ…",
    "sample": False,
    "created_at": "2026-03-01T09:12:44.120000Z",
    "revision": 0,
}
SYSTEM_EXAMPLES = pair("Credit scoring", STATED, ANSWERED)
SYSTEM_PATCH_EXAMPLES = pair(
    "It is withdrawn",
    {"lifecycle_state": "withdrawn", "revision": 0},
    {**ANSWERED, "lifecycle_state": "withdrawn", "revision": 1},
)
VERSION = {"name": "2.1", "changes": "Income is asked net instead of gross."}
VERSION_EXAMPLES = pair(
    "A version with one model in it",
    {**VERSION, "model_versions": [MODEL_VERSION]},
    {
        "id": "6c0f0f4b-1d52-4f4e-a1b7-2c3d0f9b8e21",
        **VERSION,
        "model_versions": [
            {"id": MODEL_VERSION, "model": "Repayment model", "name": "credit-2"}
        ],
        "created_at": "2026-06-01T08:00:00Z",
    },
)
ROLE = {
    "operator": OPERATOR,
    "role": "provider",
    "held_from": "2026-03-02",
    "held_until": None,
    "reason": "Develops it and puts it into service under its own name.",
}
ROLE_EXAMPLES = pair(
    "The provider",
    ROLE,
    {
        "id": "d1a6a8c2-90a7-4d3b-9a5b-51c3c6d0e0f2",
        **ROLE,
        "operator_name": "Musterbank AG",
    },
)
ROLE_END_EXAMPLES = [
    OpenApiExample(
        "The contract ends",
        value={"held_until": "2026-12-31", "reason": "The contract ends."},
        request_only=True,
    )
]
CHANGE = {
    "changed_on": "2026-06-01",
    "kind": "design",
    "description": "The model is retrained without the postcode.",
    "substantial_modification": "not_established",
}
CHANGE_EXAMPLES = pair(
    "A retrained model",
    CHANGE,
    {**CHANGE, "id": "3b7f4e55-3b0a-4b53-8a9f-0d7b8a6a1f3c"},
)
