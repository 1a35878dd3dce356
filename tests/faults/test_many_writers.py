"""Three servers append to one log, and 3 processes of 32 writers each post to them."""

import subprocess
import sys
from pathlib import Path

from tests.faults import evidence, poster
from tests.faults.installation import MANY, Installation

PROCESSES, WRITERS, REQUESTS = 3, 32, 3


def test_ninety_six_writers_never_fork_skip_or_lose_an_entry(
    hurt: Installation, tmp_path: Path
) -> None:
    about = hurt.log(MANY)
    kept = [tmp_path / f"answers-{number}" for number in range(PROCESSES)]
    arguments = [sys.executable, poster.__file__, hurt.url, about["key"]]
    services = [
        subprocess.Popen([*arguments, path, path.name, str(WRITERS), str(REQUESTS)])
        for path in kept
    ]
    assert [service.wait(poster.PATIENCE) for service in services] == [0] * PROCESSES
    answers, statuses = evidence.kept_in(kept)
    assert len(answers) == PROCESSES * WRITERS * REQUESTS
    assert statuses <= {200, 201, 429}
    tree = evidence.stored(hurt, about["origin"])
    evidence.check_answers(tree, about["vkey"], answers)
    evidence.check_saved(hurt)
