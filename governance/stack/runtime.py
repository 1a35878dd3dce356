"""How a second shell finds the servers of a running stack.

While it runs, the supervisor keeps their addresses in VAR_DIR/runtime.json. The
file holds passwords, so its mode is 0600.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from governance.stack.folders import write_private

FILE = "runtime.json"


def write_runtime(var_dir: Path, found: Mapping[str, str]) -> Path:
    """Write the addresses; the caller removes the file when the stack ends."""
    path = var_dir / FILE
    write_private(path, json.dumps(found, indent=1).encode())
    return path


def runtime_environment(var_dir: Path) -> dict[str, str]:
    """Return the environment variables that a running stack stands for, or none."""
    try:
        found = json.loads((var_dir / FILE).read_text())
    except (OSError, ValueError):
        return {}
    return {name: value for name, value in found.items() if isinstance(value, str)}
