"""The sample's dossier: how long it takes, and how much of it is WeasyPrint's."""

import json
import subprocess
import sys

from tests.benchmarks.rows import Row
from tests.benchmarks.stage import ROOT, Stage

LIMIT_S = 60.0


def dossier(stage: Stage) -> list[Row]:
    """Build it once as a worker does; then its pages against WeasyPrint alone."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.dossier_world", stage.url],
        cwd=ROOT, env=stage.environment, check=True, text=True, stdout=subprocess.PIPE,
    )  # fmt: skip
    found = json.loads(done.stdout.splitlines()[-1])
    seconds, ours, alone = found["seconds"], found["ours"], found["alone"]
    return [
        Row("dossier_seconds", seconds, "s", LIMIT_S, seconds / LIMIT_S,
            "building the sample system's dossier / limit"),
        Row("dossier_vs_weasyprint", ours, "cpu s", alone, ours / alone,
            "setting its pages / WeasyPrint alone on the same HTML"),
    ]  # fmt: skip
