"""Acts of classification: answering, proposing, approving, returning."""

from governance.classification.services.decisions import (
    ApprovalRefused,
    ProposalRefused,
    approve_classification,
    classify_system,
    digest_of,
    return_classification,
    tag_of,
)
from governance.classification.services.drafts import (
    DraftChanged,
    choose_law,
    discard_draft,
    keep_answers,
    save_draft,
    seen_of,
    take_answers,
    take_told,
)
from governance.classification.services.requests import (
    answer_request,
    ask_person,
    withdraw_request,
)

__all__ = [
    "ApprovalRefused",
    "DraftChanged",
    "ProposalRefused",
    "answer_request",
    "approve_classification",
    "ask_person",
    "choose_law",
    "classify_system",
    "digest_of",
    "discard_draft",
    "keep_answers",
    "return_classification",
    "save_draft",
    "seen_of",
    "tag_of",
    "take_answers",
    "take_told",
    "withdraw_request",
]
