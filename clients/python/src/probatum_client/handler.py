"""Recording predictions through the standard library's logging."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING

from probatum_client.events import Prediction

if TYPE_CHECKING:
    from probatum_client.recorder import Recorder


class PredictionHandler(logging.Handler):
    """Puts on record what is logged with a prediction:

        logger.info("scored", extra={"prediction": Prediction(…)})

    Messages without one are none of its business. What goes wrong goes to logging's own
    `handleError`, as with every handler; with `log_or_fail` it is raised instead, and
    the call returns only when the server has the event.
    """

    def __init__(
        self,
        recorder: Recorder,
        level: int = logging.NOTSET,
        *,
        log_or_fail: bool = False,
        timeout: float = 10.0,
    ) -> None:
        super().__init__(level)
        self._recorder = recorder
        self._log_or_fail, self._timeout = log_or_fail, timeout

    def createLock(self) -> None:  # noqa: N802 - logging's own name
        """Do without logging's lock: predictions must not wait for each other."""
        self.lock = None

    def emit(self, record: logging.LogRecord) -> None:
        """Record the message's prediction, if it has one."""
        event = getattr(record, "prediction", None)
        if not isinstance(event, Prediction | Mapping):
            return
        if self._log_or_fail:
            self._recorder.log_or_fail(event, self._timeout)
            return
        try:
            self._recorder.record(event)
        except Exception:  # noqa: BLE001 - logging hands every failure to handleError
            self.handleError(record)
