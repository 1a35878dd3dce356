"""What the sample posts, the client writes and the product's own intake reads."""

from datetime import UTC, datetime

import pytest
from probatum_client.events import encode, prepared

from audits.events.encoding import check, decode_event
from audits.oversight.api import decode_review
from governance.sample import assistant, ranking, reviews, serving

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize("system", [serving, ranking, assistant])
def test_every_event_is_read_without_complaint(system):
    for event in system.predictions(NOW, "workspace-1"):
        body = encode(prepared(event))
        read = decode_event(body)
        check(read, NOW, body)
        assert str(read.id) == event["id"]


def test_every_review_is_read_without_complaint():
    events = serving.predictions(NOW, "workspace-1")
    for review in reviews.reviews(events, NOW, "workspace-1"):
        assert str(decode_review(encode(prepared(review))).id) == review["id"]
