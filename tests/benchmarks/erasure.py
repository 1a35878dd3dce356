"""Erasing one person of ten thousand events, from the decision to the commit."""

import json
import subprocess
import sys
from statistics import median

from tests.benchmarks.load import EVENTS, batches, timed
from tests.benchmarks.rows import Row
from tests.benchmarks.stage import ROOT, Stage

LIMIT = 1.0  # seconds
COUNT, OTHERS, ROUNDS = 10_000, 3, 3
# Run with the product's own settings and role, as a web worker runs it.
ERASE = """
import sys, time
import django
django.setup()
from django.utils import timezone
from audits.erasure.models import Ground
from audits.erasure.services import erase, name_of, request_erasure, stands_against
from audits.trail.services import Actor
from audits.events.access import source_key
log, now = source_key(sys.argv[1]).log, timezone.now()
asked = request_erasure(
    log=log, subject=sys.argv[2], ground=Ground.CONSENT, reference="",
    by=Actor("a", "A"), at=now,
)
resolved = {name_of(each): "measured" for each in stands_against(asked, now=now)}
begun = time.perf_counter()
done = erase(erasure=asked, resolved=resolved, by=Actor("b", "B"), at=now)
print(time.perf_counter() - begun, done.gone)
"""


def erase_subject(stage: Stage) -> list[Row]:
    """Every fourth event of a log of 40,000 is about the person, scattered."""
    key, seconds = stage.keys[6], []
    for n in range(ROUNDS):
        bodies = [_named(body, f"erased-{n}") for body in batches(40, 1000)]
        timed(stage.port, EVENTS, [(key, bodies[side::2]) for side in range(2)], 2, 4)
        said = subprocess.run(
            [sys.executable, "-c", ERASE, key, f"erased-{n}"],
            cwd=ROOT, env=stage.environment, check=True, capture_output=True, text=True,
        ).stdout.split()  # fmt: skip
        if int(said[1]) != COUNT:
            raise RuntimeError(f"{said[1]} payloads went, not {COUNT}")
        seconds.append(float(said[0]))
    found = median(seconds)
    return [
        Row("erase_subject", found, "s", LIMIT, found / LIMIT,
            f"erase one person of {COUNT:,} events among {4 * COUNT:,} / what is asked")
    ]  # fmt: skip


def _named(body: bytes, subject: str) -> bytes:
    """The events with one in four about that person."""
    events = json.loads(body)
    for event in events[:: OTHERS + 1]:
        event["subject"] = subject
    return json.dumps(events).encode()
