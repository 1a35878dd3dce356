"""The documented rule by which the sample accounts review credit predictions.

No human stands behind these reviews, and each says so (`human` is false). The rule
looks at the outcome in the data, which nobody could have known: it exists to show every
kind of act with real denominators, not to show good oversight.

1. Shown: every prediction that the model referred (score from 0.40 to below 0.60), and
   a spot check of one in eight of the others, drawn from the row number. The shadow's
   predictions decide nothing and are not shown.
2. A referred prediction is
   - disregarded, if age, personal status with sex, or foreign worker is among its two
     strongest reasons;
   - not used, if the applicant's property is unknown: the file must be completed first;
   - overridden, if the data's outcome differs from the recommendation and the amount is
     at least the median of all held-out amounts;
   - confirmed otherwise.
3. A spot-checked prediction is reversed, if it approved a credit of at least the median
   amount that was not repaid; it is confirmed otherwise.
4. The first override is confirmed by a second account (Art. 14(5)), a day later.
5. The second override turns out to name the wrong reason and is corrected by a new
   entry, two days later; the entry that was wrong stays.

A review is shown an hour after the prediction and decided ten minutes later. What would
lie in the future is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from statistics import median
from typing import TYPE_CHECKING, Any

from governance.sample.credit import PROTECTED
from governance.sample.dataset import credits, divided, draw

if TYPE_CHECKING:
    from governance.sample.dataset import Credit

SPOT_CHECK = 1 / 8
STRONGEST = 2
UNKNOWN_PROPERTY = "unknown, or no property"
OTHER = {"approve": "decline", "decline": "approve"}
BY_RULE = "Made by a documented rule, not by a human."
REASONS = {
    "agrees_with_file": "The recommendation agrees with the applicant's file.",
    "let_stand": "The outcome in the data differs; the rule lets it stand.",
    "protected_reason": "An attribute that must not decide is a main reason.",
    "information_missing": "The applicant's property is unknown.",
    "outcome_differs": "The outcome in the data differs, and the amount is large.",
    "approved_in_error": "A large credit was approved; by the data it was not repaid.",
    "second_person": "A second account looked at the override and agrees.",
    "reason_corrected": "The override stands; its reason was entered wrongly before.",
}


@dataclass(frozen=True)
class Verdict:
    """What the rule makes of one prediction."""

    act: str
    reason_code: str
    output: dict[str, str] | None = None

    @property
    def reason(self) -> str:
        return f"{REASONS[self.reason_code]} {BY_RULE}"


def is_shown(event: dict[str, Any]) -> bool:
    """Point 1: what is shown is the denominator of every rate."""
    return is_referred(event) or draw("spot check", event["subject"]) < SPOT_CHECK


def is_referred(event: dict[str, Any]) -> bool:
    """Tell whether the model left the decision to a person."""
    return bool(event["output"]["decision"] == "refer")


def judge(event: dict[str, Any]) -> Verdict:
    """Points 2 and 3, for a prediction that is shown."""
    row, recommended = _row(event), event["output"]["recommendation"]
    differs = row.repaid != (recommended == "approve")
    large = int(row.applicant["credit_amount"]) >= median_amount()
    replaced = {"decision": OTHER[recommended]}
    confirmed = Verdict("confirmed", "let_stand" if differs else "agrees_with_file")
    if not is_referred(event):
        error = differs and large and recommended == "approve"
        reversal = Verdict("reversed", "approved_in_error", replaced)
        return reversal if error else confirmed
    if PROTECTED & set(strongest(event)):
        return Verdict("disregarded", "protected_reason")
    if row.applicant["property"] == UNKNOWN_PROPERTY:
        return Verdict("not_used", "information_missing")
    override = Verdict("overridden", "outcome_differs", replaced)
    return override if differs and large else confirmed


def strongest(event: dict[str, Any]) -> list[str]:
    """Return the attributes that moved the score most."""
    moved = event["features"]
    return sorted(moved, key=lambda name: (-abs(moved[name]), name))[:STRONGEST]


@cache
def median_amount() -> float:
    """Return the median of the held-out amounts, in Deutsche Mark."""
    return median(int(row.applicant["credit_amount"]) for row in divided()[1])


def _row(event: dict[str, Any]) -> Credit:
    return credits()[int(event["subject"].rpartition("-")[2]) - 1]
