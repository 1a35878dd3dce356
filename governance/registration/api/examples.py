"""What the OpenAPI document shows of drafts for the EU database."""

from drf_spectacular.utils import OpenApiExample

from governance.registration.contents.drafts import notice

OPERATOR = "8d0a2a54-3b0d-4f4f-9f39-1f1d0f0a7c11"
LIST_EXAMPLE = OpenApiExample(
    "A provider's draft",
    value={
        "notice": notice(""),
        "on": "2026-11-23",
        "drafts": [
            {
                "operator": OPERATOR,
                "operator_name": "Acme Bank",
                "section": "annex-viii-a",
                "citation": "Art. 49(1), Annex VIII, Section A",
                "title": "The provider and its high-risk system",
                "state": "binds_now",
                "when": "Applies since 2 Aug 2026; by another reading from 2 Dec 2027. "
                "Plan by the earlier.",
                "non_public": "no",
                "complete": 6,
                "of": 12,
                "submitted_on": None,
                "changed_since": 0,
                "binds": True,
            }
        ],
    },
    response_only=True,
)
TEXT_EXAMPLE = OpenApiExample(
    "In the place of the register",
    value={
        "text": "Scores applicants; parts: a model, a rule, a screen for the clerk.",
        "reason": "The register does not name the parts.",
        "revision": 0,
    },
    request_only=True,
)
SUBMISSION_EXAMPLE = OpenApiExample(
    "As the database answered",
    value={
        "submitted_on": "2026-11-23",
        "reference": "EU-DB-2026-004711",
        "read_sha256": "3f9a2c0491be07d1" * 4,
    },
    request_only=True,
)
SUBMITTED_EXAMPLE = OpenApiExample(
    "Kept as stated",
    value={
        "id": "5f0c9a1e-7a3e-4a8e-9d55-0f6f1c2f4b11",
        "submitted_on": "2026-11-23",
        "reference": "EU-DB-2026-004711",
        "note": "",
        "digest": "3f9a2c0491be07d1" * 4,
        "stated_by": "Bob Example",
        "stated_at": "2026-11-23T10:00:00Z",
    },
    response_only=True,
)
DRAFT_EXAMPLE = OpenApiExample(
    "Cut to one field",
    value={
        "notice": notice(""),
        "sha256": "3f9a2c0491be07d1" * 4,
        "system": "0e6d3a52-51b8-4a55-9f43-3c06a4f0a6c1",
        "operator": OPERATOR,
        "section": "annex-viii-a",
        "citation": "Art. 49(1), Annex VIII, Section A",
        "title": "The provider and its high-risk system",
        "state": "binds_now",
        "when": "Applies since 2 Aug 2026.",
        "missing_facts": [],
        "non_public": "no",
        "non_public_says": "",
        "on": "2026-11-23",
        "edition": "omnibus_2026",
        "hypothetical": False,
        "complete": 6,
        "of": 12,
        "fields": [
            {
                "id": "annex-viii-a-10",
                "citation": "Annex VIII, Section A, point 10",
                "title": "Member States",
                "asks": "The Member States in which the system was placed.",
                "required": "always",
                "place": "open",
                "state": "complete",
                "value": "Germany, France",
                "source": "Member States of the system",
                "written_by_a_person": False,
                "written_on": "",
                "reason": "",
                "register_says": "Germany, France",
                "still_to_write": "",
                "revision": 0,
            }
        ],
        "left_out": [],
        "submissions": [],
        "differences": [],
    },
    response_only=True,
)
FILE_EXAMPLE = OpenApiExample(
    "The beginning of the file",
    value='{"notice": "Draft for the EU database"',
    media_type="application/json",
    response_only=True,
)
