"""The client for an event loop does what the other does, and blocks nothing."""

import asyncio
import json

import pytest
from probatum_client import AsyncClient, Prediction, ProbatumError, Review


@pytest.fixture
def waits(monkeypatch):
    noted = []

    async def note(seconds):
        noted.append(seconds)

    monkeypatch.setattr("probatum_client.sending.asyncio.sleep", note)
    return noted


def run(server, act, **options):
    """Give `act` a client within a loop of its own; return what it returns."""

    async def main():
        async with AsyncClient(server.url, api_key="abcd1234.secret", **options) as c:
            return await act(c)

    return asyncio.run(main())


def predictions(count):
    return [Prediction(model_version="1", output=n) for n in range(count)]


def test_predictions_come_back_as_receipts_that_check(server):
    events = predictions(25)
    receipts = run(server, lambda c: c.log_many(events, batch_size=10))
    assert [r.id for r in receipts] == [str(e.id) for e in events]
    assert {r.check(server.log.vkey).signature for r in receipts} == {"valid"}
    assert [len(json.loads(body)) for *_, body in server.log.requests] == [10, 10, 5]


def test_they_may_come_from_an_asynchronous_iterator(server):
    async def stream():
        for event in predictions(3):
            yield event

    assert len(run(server, lambda c: c.log_many(stream()))) == 3


def test_a_busy_server_is_asked_again_and_its_wish_is_honoured(server, waits):
    server.log.answers_first = [(503, {"Retry-After": "4"}, b""), None]
    receipt = run(server, lambda c: c.log(predictions(1)[0]))
    assert receipt.status == "appended"
    assert len(server.log.requests) == 3
    assert 4 <= waits[0] <= 4.25
    assert 0 <= waits[1] <= 0.5


def test_a_refusal_is_final_and_names_the_receipts_before_it(server, waits):
    events = predictions(4)
    clash = {"id": str(events[0].id), "model_version": "other", "output": 0}
    with pytest.raises(ProbatumError) as caught:
        run(server, lambda c: c.log_many([*events, clash], batch_size=2))
    assert caught.value.status == 409
    assert [r.id for r in caught.value.receipts] == [str(e.id) for e in events]
    assert waits == []


def test_predictions_before_an_exception_are_sent_all_the_same(server):
    async def act(client):
        async with client.batch() as log:
            await log(predictions(1)[0])
            raise KeyError("the program around it fails")

    with pytest.raises(KeyError):
        run(server, act)
    assert len(server.log.entries) == 1


def test_reviews_events_and_proofs_go_the_same_way(server):
    async def act(client):
        receipt = await client.log(predictions(1)[0])
        moment = predictions(1)[0].occurred_at
        review = Review(
            prediction=receipt.id, act="confirmed", shown_at=moment, decided_at=moment,
            person={"id": "o-1", "name": "A. Overseer", "role": "overseer"}, human=True,
        )  # fmt: skip
        return (
            (await client.review(review)).status,
            (await client.event(receipt.id))["id"] == receipt.id,
            await client.proof(receipt.id),
        )

    assert run(server, act) == ("appended", True, "a proof —")
    assert server.log.requests[1][1] == "/api/v1/oversight"


def test_the_key_is_not_shown(server):
    async def act(client):
        return repr(client)

    assert run(server, act) == f"AsyncClient({server.url!r})"
