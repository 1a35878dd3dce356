"""What a breach can cost, said in a sentence."""

from datetime import date

import pytest

from governance.classification.contents.costs import cost_words
from governance.law.duties_penalty import PUBLIC_BODY, Penalty


@pytest.mark.parametrize(
    ("note", "end"), [("", "(Art. 99(4)(e))."), (PUBLIC_BODY, PUBLIC_BODY)]
)
def test_of_a_public_body_it_is_said_who_decides_whether_it_can_be_fined(
    note: str, end: str
) -> None:
    # LAW: Art. 99(8).
    since = date(2025, 8, 2)
    penalty = Penalty(
        "Art. 99(4)(e)", "Deployers", 15_000_000, 3, "higher", since, note
    )

    said = cost_words(penalty)

    assert said.startswith("Up to EUR 15,000,000 or 3 % of the worldwide")
    assert "whichever is higher (Art. 99(4)(e))." in said
    assert said.endswith(end)
