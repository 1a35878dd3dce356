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
    choose_law,
    discard_draft,
    keep_answers,
    save_draft,
    take_answers,
)

__all__ = [
    "ApprovalRefused",
    "ProposalRefused",
    "approve_classification",
    "choose_law",
    "classify_system",
    "digest_of",
    "discard_draft",
    "keep_answers",
    "return_classification",
    "save_draft",
    "tag_of",
    "take_answers",
]
