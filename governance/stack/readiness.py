"""VAR_DIR/ready.json: what scripts read to learn that the product is up."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from governance.stack.errors import StackError
from governance.stack.folders import write_private

FILE = "ready.json"
SAMPLE_FILE = "sample.json"


@dataclass(frozen=True)
class Sample:
    """What the sample workspace offers; empty when there is none."""

    users: list[dict[str, str]]
    api_key: str | None
    dossier: str | None
    logs: list[dict[str, str]]


def read_sample(secret_folder: Path, *, wanted: bool) -> Sample:
    """Return what `manage.py sample load` wrote into the folder of secrets."""
    if not wanted:
        return Sample([], None, None, [])
    path = secret_folder / SAMPLE_FILE
    try:
        found: dict[str, Any] = json.loads(path.read_text())
        return Sample(found["users"], found["api_key"], found["dossier"], found["logs"])
    except (OSError, ValueError, KeyError) as error:
        raise StackError(
            f"The sample was loaded, but {path} does not say so ({error!r}). Run "
            "`make wipe-sample` and start again, or start with SAMPLE=0."
        ) from error


def write_ready(var_dir: Path, *, url: str, sample: Sample, seconds: float) -> None:
    """Write the file, whole or not at all."""
    content = {
        "url": url,
        "users": sample.users,
        "api_key": sample.api_key,
        "dossier": sample.dossier,
        "logs": sample.logs,
        "seconds": round(seconds, 2),
    }
    write_private(var_dir / FILE, json.dumps(content, indent=1).encode())
