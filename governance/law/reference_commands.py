"""The commands that show what the law says without judging anything."""

from __future__ import annotations

import argparse
from typing import Any

from governance.law import definitions


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `definitions` to a command line; each command sets `run`."""
    words = commands.add_parser("definitions", help="what the words of the Act mean")
    words.set_defaults(run=_definitions)
    words.add_argument("--edition", help="an edition of the Act, by its id")
    words.add_argument(
        "--of", metavar="QUESTION", help="those that a question turns on"
    )


def _definitions(options: argparse.Namespace) -> dict[str, Any]:
    return definitions.as_json(options.edition, options.of)
