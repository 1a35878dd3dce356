"""Logging predictions: what is sent, what comes back, how it is split."""

import json
import time
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from probatum_client import Client, Prediction, ProbatumError, Review, new_id


def sent(server):
    return [json.loads(body) for _, _, _, body in server.log.requests if body]


def test_one_prediction_comes_back_as_a_receipt(client, server):
    event = Prediction(model_version="1.0.0", output={"decision": "approve"})
    receipt = client.log(event)
    assert (receipt.id, receipt.index, receipt.status) == (
        str(event.id),
        0,
        "appended",
    )
    assert receipt.log == "log.example/bank/credit-abc123"
    method, path, headers, _ = server.log.requests[0]
    assert (method, path) == ("POST", "/api/v1/events")
    assert headers["authorization"] == "Bearer abcd1234.secret"
    assert headers["content-type"] == "application/json"


def test_fields_without_a_value_are_left_out_but_the_output_never_is(client, server):
    client.log(Prediction(model_version="1.0.0", output=None, seq=0))
    event = sent(server)[0][0]
    assert set(event) == {
        "id",
        "type",
        "occurred_at",
        "model_version",
        "output",
        "seq",
    }


def test_instants_are_sent_in_utc_and_one_without_a_zone_is_refused(client, server):
    paris = timezone(timedelta(hours=1))
    noon = datetime(2026, 3, 1, 12, tzinfo=paris)
    client.log(Prediction(model_version="1", output=1, occurred_at=noon))
    assert sent(server)[0][0]["occurred_at"] == "2026-03-01T11:00:00.000000Z"
    naive = datetime(2026, 3, 1, 12)  # noqa: DTZ001 - that is the mistake
    with pytest.raises(ValueError, match="has no time zone"):
        client.log(Prediction(model_version="1", output=1, occurred_at=naive))


def test_a_dict_without_an_id_gets_one_and_is_not_changed(client):
    event = {"type": "prediction", "model_version": "1", "output": 1}
    receipt = client.log(event)
    assert UUID(receipt.id).version == 7
    assert "id" not in event


def test_an_id_in_capitals_finds_its_receipt(client):
    event_id = str(new_id())
    receipt = client.log({"id": event_id.upper(), "output": 1, "model_version": "1"})
    assert receipt.id == event_id


def test_sending_the_same_event_again_gives_the_first_index(client):
    event = Prediction(model_version="1", output=1)
    first, _other = client.log_many([event, Prediction(model_version="1", output=2)])
    again = client.log(event)
    assert (again.status, again.index, again.leaf_hash) == (
        "duplicate",
        first.index,
        first.leaf_hash,
    )


def test_many_events_are_sent_in_requests_of_the_batch_size(client, server):
    events = [Prediction(model_version="1", output=n) for n in range(25)]
    receipts = client.log_many(events, batch_size=10)
    assert [len(batch) for batch in sent(server)] == [10, 10, 5]
    assert [r.id for r in receipts] == [str(e.id) for e in events]
    assert [r.index for r in receipts] == list(range(25))


def test_a_request_stays_within_four_mebibytes(client, server):
    events = [Prediction(model_version="1", output="x" * 1_500_000) for _ in range(5)]
    client.log_many(events)
    bodies = [body for _, _, _, body in server.log.requests]
    assert [len(json.loads(body)) for body in bodies] == [2, 2, 1]
    assert max(map(len, bodies)) <= 4 * 1024 * 1024


def test_an_event_too_big_for_any_request_is_refused_before_it_is_sent(client, server):
    with pytest.raises(ProbatumError, match="Send an input_ref instead"):
        client.log(Prediction(model_version="1", output="x" * 4_200_000))
    assert server.log.requests == []


def test_what_json_cannot_say_is_refused_and_not_bent(client, server):
    with pytest.raises(ValueError, match="not JSON compliant"):
        client.log(Prediction(model_version="1", output=float("nan")))
    with pytest.raises(TypeError, match="type set cannot be written as JSON"):
        client.log(Prediction(model_version="1", output={1, 2}))
    assert server.log.requests == []


def test_leaving_a_batch_sends_the_rest(client, server):
    with client.batch(batch_size=2) as log:
        ids = [log(Prediction(model_version="1", output=n)) for n in range(3)]
        assert [len(batch) for batch in sent(server)] == [2]
    assert [r.id for r in log.receipts] == ids


def test_predictions_before_an_exception_are_sent_all_the_same(client, server):
    with pytest.raises(KeyError), client.batch() as log:  # noqa: PT012 - the block
        log(Prediction(model_version="1", output=1))
        raise KeyError("the program around it fails")
    assert len(server.log.entries) == 1


def test_a_batch_size_that_the_server_refuses_is_refused_here(client):
    with pytest.raises(ValueError, match="use 1 to 1000"):
        client.log_many([], batch_size=1001)


def test_a_review_names_its_prediction(client, server):
    now = datetime(2026, 3, 1, 12, tzinfo=UTC)
    receipt = client.log(Prediction(model_version="1", output="decline"))
    review = Review(
        prediction=receipt.id,
        act="overridden",
        output="approve",
        shown_at=now,
        decided_at=now,
        person={"id": "o-1", "name": "A. Overseer", "role": "overseer"},
        human=False,
    )
    assert client.review(review).status == "appended"
    body = sent(server)[1]
    assert server.log.requests[1][1] == "/api/v1/oversight"
    assert (body["prediction"], body["human"]) == (receipt.id, False)
    assert "corrects" not in body


def test_an_event_and_its_proof_can_be_fetched(client):
    receipt = client.log(Prediction(model_version="1", output=1))
    assert client.event(receipt.id)["id"] == receipt.id
    assert client.proof(receipt.id) == "a proof —"


def test_ids_are_of_version_seven_and_sort_by_time():
    before, ids, after = time.time_ns(), [new_id() for _ in range(100)], time.time_ns()
    assert {(i.version, i.variant) for i in ids} == {(7, "specified in RFC 4122")}
    moments = [i.int >> 80 for i in ids]
    assert moments == sorted(moments)
    assert before // 10**6 <= moments[0] <= moments[-1] <= after // 10**6
    assert len(set(ids)) == 100


@pytest.mark.parametrize("url", ["ftp://host", "host:8000", "http://", ""])
def test_an_address_that_is_none_is_refused(url):
    with pytest.raises(ValueError, match="is no address"):
        Client(url, api_key="k")


def test_the_key_never_travels_readable_to_another_machine():
    with pytest.raises(ValueError, match="would travel readable to probatum"):
        Client("http://probatum.example", api_key="k")
    with Client("http://probatum.example", api_key="k", allow_http=True) as client:
        assert "k'" not in repr(client)
