"""Recording what a predict function returns."""

from __future__ import annotations

import functools
import inspect
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple, ParamSpec, TypeVar, cast

from probatum_client.events import Prediction

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from probatum_client.recorder import Recorder

P = ParamSpec("P")
R = TypeVar("R")


def recorded(
    recorder: Recorder,
    *,
    model_version: str,
    log_or_fail: bool = False,
    timeout: float = 10.0,
    input: Callable[..., Any] | None = None,
    output: Callable[[Any], Any] = lambda result: result,
    details: Callable[[Any], Mapping[str, Any]] = lambda _result: {},
    **fields: Any,
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Put each call of a predict function on record, before its caller has the result.

    `input` makes the recorded input of the call's arguments; without it they are taken
    by name, `self` left out. It is asked before the call and not copied: a function
    that changes its arguments needs an `input` that copies them. `output` makes the
    recorded output of the result, and `details` further fields of the event, such as
    confidence or subject. Other keywords are fields that are the same for each call,
    such as deployment.

    With `log_or_fail` the result is withheld until the server has the event, and
    NotRecorded is raised instead if it is not within `timeout` seconds. A call that
    raises made no prediction, and is not recorded.
    """

    def decorate(predict: Callable[P, R]) -> Callable[P, R]:
        if inspect.isgeneratorfunction(predict) or inspect.isasyncgenfunction(predict):
            raise TypeError(f"{predict.__qualname__} yields: there is no one output.")
        make = _Maker(
            input or _arguments(inspect.signature(predict)), output, details,
            {"model_version": model_version, **fields},
        )  # fmt: skip

        @functools.wraps(predict)
        async def awaited(*args: P.args, **kwargs: P.kwargs) -> Any:
            call = make.begin(*args, **kwargs)
            result = await cast("Any", predict)(*args, **kwargs)
            if log_or_fail:
                await recorder.log_or_fail_async(call(result), timeout)
            else:
                recorder.record(call(result))
            return result

        @functools.wraps(predict)
        def called(*args: P.args, **kwargs: P.kwargs) -> R:
            call = make.begin(*args, **kwargs)
            result = predict(*args, **kwargs)
            if log_or_fail:
                recorder.log_or_fail(call(result), timeout)
            else:
                recorder.record(call(result))
            return result

        is_async = inspect.iscoroutinefunction(predict)
        return cast("Callable[P, R]", awaited) if is_async else called

    return decorate


class _Maker(NamedTuple):
    """How an event is made of a call and its result."""

    input: Callable[..., Any]
    output: Callable[[Any], Any]
    details: Callable[[Any], Mapping[str, Any]]
    fields: Mapping[str, Any]

    def begin(self, *args: Any, **kwargs: Any) -> Callable[[Any], Prediction]:
        """Take down what a call is given; the rest comes with its result."""
        at, began = datetime.now(UTC), time.perf_counter()
        given = self.input(*args, **kwargs)

        def made(result: Any) -> Prediction:
            latency = round((time.perf_counter() - began) * 1000, 3)
            told = {"latency_ms": latency, **self.fields, **self.details(result)}
            return Prediction(
                output=self.output(result), input=given, occurred_at=at, **told
            )

        return made


def _arguments(signature: inspect.Signature) -> Callable[..., dict[str, Any]]:
    def taken(*args: Any, **kwargs: Any) -> dict[str, Any]:
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        return {n: value for n, value in bound.arguments.items() if n != "self"}

    return taken
