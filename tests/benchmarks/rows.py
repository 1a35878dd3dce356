"""A measured figure, its baseline of the same run, and how they are shown."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Row:
    """`ratio` is value / baseline; for a limit in time or memory, of that limit."""

    name: str
    value: float
    unit: str
    baseline: float
    ratio: float
    what: str


def show(rows: Sequence[Row], machine: str, versions: str) -> str:
    lines = [machine, versions, ""]
    lines.append(
        f"{'name':<28} {'value':>12} {'unit':<10} {'baseline':>12} {'ratio':>7}  what"
    )
    for r in rows:
        lines.append(
            f"{r.name:<28} {r.value:>12,.1f} {r.unit:<10} {r.baseline:>12,.1f} "
            f"{r.ratio:>7.3f}  {r.what}"
        )
    return "\n".join(lines)


def keep(path: Path, rows: Sequence[Row], machine: str, versions: str) -> None:
    """Write rows beside what was kept; a row of the same name is replaced."""
    kept = {row["name"]: row for row in read(path)}
    for row in rows:
        kept[row.name] = {**asdict(row), "machine": machine, "versions": versions}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(list(kept.values()), indent=1))


def read(path: Path) -> list[dict[str, Any]]:
    """What was kept, or nothing."""
    found: list[dict[str, Any]] = json.loads(path.read_text()) if path.exists() else []
    return found
