"""`make figures`: the tables of the READMEs, written from bench.json, never by hand.

Each README has a table between two comments; the first names what it is about.
"""

import os
import sys
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import Any

from tests.benchmarks.rows import read
from tests.benchmarks.stage import ROOT

# What a README shows: rows whose names begin so, in this order.
TABLES = {
    "README.md": (
        "ingest", "client", "proofs", "fsck", "erase", "ours", "memory", "dossier",
        "page",
    ),
    "audits/README.md": (
        "ingest", "client", "proofs", "fsck", "erase", "memory", "ours", "peer",
    ),
    "governance/law/README.md": ("law",),
}  # fmt: skip
BEGIN, END = "<!-- bench:begin -->\n", "<!-- bench:end -->"


def main() -> int:
    path = Path(os.environ.get("VAR_DIR") or "var") / "bench.json"
    rows = read(path)
    if not rows:
        print(f"{path} has no figures: run make bench first.", file=sys.stderr)
        return 1
    for name, prefixes in TABLES.items():
        readme = ROOT / name
        chosen = [r for p in prefixes for r in rows if r["name"].startswith(p)]
        before, begin, rest = readme.read_text().partition(BEGIN)
        _old, end, after = rest.partition(END)
        if not end:
            print(f"{name} has no place for the table.", file=sys.stderr)
            return 1
        readme.write_text(before + begin + table(chosen) + end + after)
    return 0


def table(rows: Iterable[dict[str, Any]]) -> str:
    """The rows in Markdown, by the machine and the versions that they were had with."""
    parts = []
    for (machine, versions), group in groupby(
        rows, lambda row: (row["machine"], row["versions"])
    ):
        lines = [
            f"\nOn {machine} ({versions}):\n",
            "| name | value | baseline or limit | ratio | what |",
            "|---|---|---|---|---|",
            *(_line(row) for row in group),
        ]
        parts.append("\n".join(lines) + "\n")
    return "".join(parts) + "\n"


def _line(row: dict[str, Any]) -> str:
    return (
        f"| `{row['name']}` | {row['value']:,.1f} {row['unit']} "
        f"| {row['baseline']:,.1f} | {row['ratio']:.2f} | {row['what']} |"
    )


if __name__ == "__main__":
    raise SystemExit(main())
