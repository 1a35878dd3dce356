"""Acts on duties: planning them, working on them, deciding about them."""

from governance.obligations.services.acts import ActRefused
from governance.obligations.services.decisions import accept, send_back
from governance.obligations.services.named import ACTS, AtHand
from governance.obligations.services.planning import (
    assign_owner,
    open_again,
    set_review,
    state_due,
)
from governance.obligations.services.work import (
    say_not_applicable,
    start,
    submit_evidence,
)

__all__ = [
    "ACTS",
    "ActRefused",
    "AtHand",
    "accept",
    "assign_owner",
    "open_again",
    "say_not_applicable",
    "send_back",
    "set_review",
    "start",
    "state_due",
    "submit_evidence",
]
