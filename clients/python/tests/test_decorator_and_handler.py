"""The decorator for a predict function, and the handler for logging."""

import asyncio
import logging

import pytest
from probatum_client import (
    NotRecorded,
    Prediction,
    PredictionHandler,
    recorded,
)

NOBODY = "http://127.0.0.1:9"


def events(server):
    return [server.log.bodies[event_id] for event_id in server.log.indexes]


def test_a_call_is_recorded_with_its_arguments_and_its_result(recorder, server):
    with recorder() as log:

        @recorded(log, model_version="2.0.0", deployment="loan-desk")
        def predict(amount, months=24, *, region="north"):
            """Score an application."""
            return {"decision": "approve", "score": amount / 10}

        assert predict(5, region="south") == {"decision": "approve", "score": 0.5}
        assert predict.__doc__ == "Score an application."
    [event] = events(server)
    assert event["input"] == {"amount": 5, "months": 24, "region": "south"}
    assert event["output"] == {"decision": "approve", "score": 0.5}
    assert (event["model_version"], event["deployment"]) == ("2.0.0", "loan-desk")
    assert 0 <= event["latency_ms"] < 1000


def test_what_is_recorded_can_be_made_of_arguments_and_result(recorder, server):
    with recorder() as log:

        class Scorer:
            @recorded(
                log,
                model_version="2",
                input=lambda _self, row: {"columns": len(row)},
                output=lambda result: result[0],
                details=lambda result: {"confidence": result[1], "subject": "p-1"},
            )
            def predict(self, row):
                return "approve", 0.9

        assert Scorer().predict([1, 2, 3]) == ("approve", 0.9)
    [event] = events(server)
    assert (event["input"], event["output"]) == ({"columns": 3}, "approve")
    assert (event["confidence"], event["subject"]) == (0.9, "p-1")


def test_a_method_is_recorded_without_its_self(recorder, server):
    with recorder() as log:

        class Scorer:
            @recorded(log, model_version="2")
            def predict(self, amount):
                return amount

        Scorer().predict(7)
    assert events(server)[0]["input"] == {"amount": 7}


def test_a_call_that_raises_made_no_prediction(recorder, server):
    with recorder() as log:

        @recorded(log, model_version="2")
        def predict():
            raise KeyError("no such customer")

        with pytest.raises(KeyError):
            predict()
    assert events(server) == []


def test_a_coroutine_is_recorded_when_it_is_done(recorder, server):
    with recorder() as log:

        @recorded(log, model_version="2", log_or_fail=True)
        async def predict(amount):
            await asyncio.sleep(0)
            return amount + 1

        async def main():
            return await asyncio.gather(*(predict(n) for n in range(5)))

        assert asyncio.run(main()) == [1, 2, 3, 4, 5]
        assert sorted(e["output"] for e in events(server)) == [1, 2, 3, 4, 5]


def test_a_result_is_withheld_when_it_cannot_be_logged(recorder):
    with recorder(url=NOBODY) as log:

        @recorded(log, model_version="2", log_or_fail=True, timeout=0.2)
        def predict():
            return "approve"

        @recorded(log, model_version="2", log_or_fail=True, timeout=0.2)
        async def predict_later():
            return "approve"

        with pytest.raises(NotRecorded):
            predict()
        with pytest.raises(NotRecorded):
            asyncio.run(predict_later())


def test_what_yields_has_no_one_output_and_is_refused(recorder):
    decorate = recorded(recorder(), model_version="2")

    def words():
        yield "a"

    async def more_words():
        yield "a"

    for function in (words, more_words):
        with pytest.raises(TypeError, match="there is no one output"):
            decorate(function)


@pytest.fixture
def logger():
    made = logging.getLogger("scoring")
    made.setLevel(logging.INFO)
    yield made
    for handler in list(made.handlers):
        made.removeHandler(handler)


def test_a_message_with_a_prediction_puts_it_on_record(recorder, server, logger):
    with recorder() as log:
        logger.addHandler(PredictionHandler(log))
        made = Prediction(model_version="1", output="approve")
        logger.info("scored", extra={"prediction": made})
        logger.info(
            "as a dict", extra={"prediction": made.as_dict() | {"id": "0" * 32}}
        )
        logger.info("no prediction at all")
        logger.info("something else", extra={"prediction": "a word"})
    assert [event["output"] for event in events(server)] == ["approve", "approve"]


def test_what_goes_wrong_while_logging_is_told_and_not_raised(recorder, logger, capsys):
    with recorder() as log:
        logger.addHandler(PredictionHandler(log))
        wrong = Prediction(model_version="1", output=float("nan"))
        logger.info("scored", extra={"prediction": wrong})
    assert "not JSON compliant" in capsys.readouterr().err


def test_a_handler_that_logs_or_fails_raises(recorder, server, logger):
    with recorder(url=NOBODY) as log:
        logger.addHandler(PredictionHandler(log, log_or_fail=True, timeout=0.2))
        made = Prediction(model_version="1", output="approve")
        with pytest.raises(NotRecorded):
            logger.info("scored", extra={"prediction": made})
