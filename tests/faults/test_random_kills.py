"""kill -9 at random under load. `make torture` does it for longer."""

import os
import random
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from governance.stack.process import send
from tests.faults import evidence, poster
from tests.faults.installation import RANDOM, Installation, until

SECONDS = float(os.environ.get("TORTURE_SECONDS") or 0)
SEED = os.environ.get("TORTURE_SEED") or secrets.token_hex(4)
POSTERS = 3
# The program, and how deep below the supervisor: its own child, or one of that.
VICTIMS = [
    ("web", 0), ("web", 1), ("worker", 0), ("worker", 1), ("soon", 0), ("beat", 0),
    ("broker", 0), ("signer", 0), ("postgres", 0), ("postgres", 1),
]  # fmt: skip
# LIMIT: what dies five times in a row within 10 s of its start is given up. So each
# round leaves everything the time to live for longer than that.
ROUND = 20.0  # seconds
PAUSE = (0.2, 1.6)  # seconds between two deaths


@contextmanager
def posting(hurt: Installation, folder: Path) -> Iterator[list[Path]]:
    """Services that post until the block ends, each a process; their answers' files."""
    about = hurt.log(RANDOM)
    kept = [folder / f"answers-{number}" for number in range(POSTERS)]
    services = [
        subprocess.Popen(
            [sys.executable, poster.__file__, hurt.url, about["key"], path, path.name]
        )
        for path in kept
    ]
    try:
        yield kept
        for service in services:
            service.terminate()
        for service in services:
            assert service.wait(poster.PATIENCE) == 0
    finally:
        for service in services:
            service.kill()
            service.wait()


def kill_all_once(hurt: Installation, dice: random.Random) -> list[str]:
    """End one process of each kind, in any order; returns which."""
    killed = []
    shuffled = dice.sample(VICTIMS, len(VICTIMS))
    # ORDER: children first, for a parent that died comes back without them at first.
    for name, depth in sorted(shuffled, key=lambda victim: -victim[1]):
        time.sleep(dice.uniform(*PAUSE))
        found = [
            each.pid
            for each in hurt.processes()
            if each.program == name and min(each.depth, 1) == depth
        ]
        # Nobody there: it has not come back from an earlier death yet.
        if found and send(dice.choice(found), signal.SIGKILL):
            killed.append(f"{name}/{depth}")
    return killed


def test_whoever_is_killed_at_random_under_load_nothing_is_lost_doubled_or_forked(
    hurt: Installation, tmp_path: Path
) -> None:
    print(f"TORTURE_SEED={SEED}")
    dice, end = random.Random(SEED), time.monotonic() + SECONDS
    killed: list[str] = []
    with posting(hurt, tmp_path) as kept:
        while not killed or time.monotonic() < end:
            begun = time.monotonic()
            killed += kill_all_once(hurt, dice)
            if time.monotonic() < end:
                time.sleep(max(0.0, begun + ROUND - time.monotonic()))
    print(f"killed: {' '.join(killed)}")
    programs = {each.partition("/")[0] for each in killed}
    assert programs == {name for name, _depth in VICTIMS}
    answers, statuses = evidence.kept_in(kept)
    # Cut off, sent away or told to come again, but never a fault of ours.
    assert statuses <= {0, 200, 201, 429, 503}
    until(hurt.is_well, "it takes events again")

    tree = evidence.exported(hurt, RANDOM, tmp_path / "export")
    about = hurt.log(RANDOM)
    evidence.check_answers(tree, about["vkey"], answers)
    head = len(tree.entries)
    until(lambda: head in evidence.check_saved(hurt)[about["origin"]], "it is saved")
    saved = evidence.check_saved(hurt)[about["origin"]]
    evidence.check_by_others(hurt, RANDOM, tmp_path / "export", tree, saved)
    print(f"{len(answers)} requests, {head} entries, {len(saved)} saved checkpoints")
