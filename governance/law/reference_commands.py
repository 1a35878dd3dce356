"""The commands that show what the law says without judging anything."""

from __future__ import annotations

import argparse
from datetime import date
from typing import Any

from governance.law import changelog, definitions


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `definitions` and `changes` to a command line; each sets `run`."""
    words = commands.add_parser("definitions", help="what the words of the Act mean")
    words.set_defaults(run=_definitions)
    words.add_argument("--edition", help="an edition of the Act, by its id")
    words.add_argument(
        "--of", metavar="QUESTION", help="those that a question turns on"
    )
    past = commands.add_parser(
        "changes", help="what changed, when, why; and the sources"
    )
    past.set_defaults(run=_changes)
    past.add_argument(
        "--since",
        type=date.fromisoformat,
        metavar="YYYY-MM-DD",
        help="leave out what is older",
    )
    past.add_argument("--id", help="only changes that touch this id")


def _definitions(options: argparse.Namespace) -> dict[str, Any]:
    return definitions.as_json(options.edition, options.of)


def _changes(options: argparse.Namespace) -> dict[str, Any]:
    return changelog.as_json(options.since, options.id)
