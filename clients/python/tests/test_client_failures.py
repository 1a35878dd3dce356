"""What the client does when the server says no, or says nothing."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest
from probatum_client import Client, Prediction, ProbatumError

EVENT = Prediction(model_version="1", output=1)


def refuse(status, title="Not now", headers=None, **more):
    return (
        status,
        headers or {},
        httpx.Response(200, json={"title": title} | more).read(),
    )


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_busy_server_is_asked_again_with_the_same_bytes(
    client, server, waits, status
):
    server.log.answers_first = [refuse(status), refuse(status)]
    assert client.log(EVENT).status == "appended"
    assert len({body for *_, body in server.log.requests}) == 1
    assert len(server.log.requests) == 3
    assert 0 <= waits[0] <= 0.25
    assert 0 <= waits[1] <= 0.5


def test_a_lost_connection_is_tried_again_and_stores_the_event_once(client, server):
    server.log.answers_first = [None]
    assert client.log(EVENT).index == 0
    assert len(server.log.entries) == 1


def test_the_wait_the_server_asks_for_is_honoured_in_seconds_or_as_a_date(
    client, server, waits
):
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=20), usegmt=True)
    server.log.answers_first = [
        refuse(429, headers={"Retry-After": "7"}),
        refuse(503, headers={"Retry-After": soon}),
    ]
    client.log(EVENT)
    assert 7 <= waits[0] <= 7.25
    assert 15 <= waits[1] <= 20.25


def test_a_wait_too_long_for_a_caller_is_reported_instead(client, server, waits):
    server.log.answers_first = [refuse(429, headers={"Retry-After": "3600"})]
    with pytest.raises(ProbatumError, match="429 Not now"):
        client.log(EVENT)
    assert waits == []


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 422, 500])
def test_any_other_refusal_is_final(client, server, status):
    server.log.answers_first = [refuse(status)]
    with pytest.raises(ProbatumError) as caught:
        client.log(EVENT)
    assert caught.value.status == status
    assert len(server.log.requests) == 1


def test_the_message_names_the_field_the_reason_and_the_way_to_mend_it(client, server):
    field = {
        "field": "events[0].occurred_at",
        "reason": "There is no time zone.",
        "fix": "Add Z for UTC.",
    }
    server.log.answers_first = [
        refuse(422, "An event cannot be read", detail="Nothing stored.", errors=[field])
    ]
    with pytest.raises(ProbatumError) as caught:
        client.log(EVENT)
    assert str(caught.value) == (
        "422 An event cannot be read: Nothing stored.\n"
        "  events[0].occurred_at: There is no time zone. To mend it: Add Z for UTC."
    )


def test_a_page_that_is_no_problem_document_is_quoted_shortly(client, server):
    server.log.answers_first = [(500, {}, b"<h1>Gateway</h1>" + b"x" * 9000)]
    with pytest.raises(ProbatumError) as caught:
        client.log(EVENT)
    assert "<h1>Gateway</h1>" in str(caught.value)
    assert len(str(caught.value)) < 400


def test_after_a_refusal_the_receipts_of_earlier_requests_are_not_lost(client, server):
    events = [Prediction(model_version="1", output=n) for n in range(5)]
    clash = {"id": str(events[0].id), "model_version": "other", "output": 0}
    with pytest.raises(ProbatumError) as caught:
        client.log_many([*events, clash], batch_size=3)
    assert caught.value.status == 409
    assert [r.id for r in caught.value.receipts] == [str(e.id) for e in events[:3]]
    assert caught.value.__notes__ == ["In the request with events 4 to 6."]
    assert len(server.log.requests) == 2


def test_silence_ends_after_the_allowed_attempts_and_says_so(waits):
    def nobody(request):
        raise httpx.ConnectError("refused", request=request)

    transport = httpx.MockTransport(nobody)
    with (
        Client("https://x.example", "k", retries=2, transport=transport) as client,
        pytest.raises(ProbatumError, match=r"ConnectError: refused \(3 attempts"),
    ):
        client.log(EVENT)
    assert len(waits) == 2


def test_an_answer_that_leaves_an_event_out_is_no_acceptance(client, server):
    empty = b'{"log":"l","checkpoint":"","hashes":[],"events":[]}'
    server.log.answers_first = [(201, {}, empty)]
    with pytest.raises(ProbatumError, match="send the same events again"):
        client.log(EVENT)
