"""The peers' virtual environments: apart from the product's, made once and kept."""

import os
import subprocess
import sys
import venv
from pathlib import Path

from tests.benchmarks.stage import ROOT

HERE = Path(__file__).parent
FOLDER = ROOT / ".venv-bench"


class NotInstalled(Exception):
    """An environment cannot be had here; the text says why."""


def environment(name: str) -> Path:
    """The Python of the environment of ``NAME.txt``; made when it is missing or old."""
    pins, folder = HERE / f"{name}.txt", FOLDER / name
    python, stamp = folder / "bin" / "python", folder / "installed.txt"
    if not stamp.exists() or stamp.read_text() != pins.read_text():
        print(f"… installing {pins.relative_to(ROOT)}", file=sys.stderr, flush=True)
        venv.create(folder, clear=True, with_pip=True)
        _install(python, pins)
        stamp.write_text(pins.read_text())
    return python


def _install(python: Path, pins: Path) -> None:
    """By uv, and by pip where uv does not follow, as the product's own install does."""
    uv = [Path(sys.executable).with_name("uv"), "pip", "install", "--python", python]
    pip = [python, "-m", "pip", "install"]
    said = ""
    for program in (uv, pip):
        done = subprocess.run(
            [*program, "--quiet", "-r", pins],
            env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        if done.returncode == 0:
            return
        said = done.stdout.strip()
    raise NotInstalled(said.splitlines()[-1] if said else "no reason was given")
