"""How long the law room takes for a verdict with the duties that follow from it."""

import statistics
from time import process_time
from typing import Any

from governance.law.duties import duties
from governance.law.duties_load import catalogue
from tests.benchmarks.rows import Row
from tests.benchmarks.stage import Stage
from tests.governance.law.worlds import CHAT, CREDIT, PLAIN, TODAY

LIMIT_MS = 5.0
ROLES = ("provider", "deployer")
ROUNDS = 200


def law(_stage: Stage) -> list[Row]:
    """The median of many rounds, in CPU time of this process; both roles."""
    return [
        _row("law_credit", CREDIT, "a described credit score"),
        _row("law_chat", CHAT, "a described chat assistant"),
        _row("law_plain", PLAIN, "a described system without a finding"),
        _row("law_silent", {}, "no answer at all"),
    ]


def _row(name: str, answers: dict[str, Any], what: str) -> Row:
    facts = dict.fromkeys(catalogue().flags, "no")
    times = []
    for _ in range(ROUNDS):
        began = process_time()
        duties(answers, ROLES, TODAY, flags=facts)
        times.append((process_time() - began) * 1000)
    took = statistics.median(times)
    told = f"verdict and duties of both roles: {what} / limit"
    return Row(name, took, "ms", LIMIT_MS, took / LIMIT_MS, told)
