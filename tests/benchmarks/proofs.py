"""How many proofs of single events a second, each a file of its own, over HTTP."""

import json
from statistics import median

from tests.benchmarks.load import EVENTS, batches, get_all, timed
from tests.benchmarks.rows import Row
from tests.benchmarks.stage import Stage

LIMIT = 1000.0
SIZE = 40  # batches of 1,000
READ = 3000  # proofs in a round
CONNECTIONS = 32
ROUNDS = 3


def proofs(stage: Stage) -> list[Row]:
    """32 connections ask for proofs of events all over a log of 40,000."""
    key, bodies = stage.keys[5], batches(SIZE, 1000)
    timed(stage.port, EVENTS, [(key, bodies[n::2]) for n in range(2)], 2, 4)
    ids = [made["id"].encode() for body in bodies for made in json.loads(body)]
    rates = []
    for n in range(ROUNDS):
        some = ids[n :: len(ids) // READ][:READ]
        lanes = [(key, some[side::2]) for side in range(2)]
        seconds = timed(
            stage.port, EVENTS + "/{}/proof", lanes, 2, CONNECTIONS // 2, get_all
        )
        rates.append(READ / seconds)
    found = median(rates)
    return [
        Row("proofs", found, "proofs/s", LIMIT, found / LIMIT,
            "GET of an event's proof, 32 connections / what is asked")
    ]  # fmt: skip
