"""`probatum post`: events out of files or standard input."""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from probatum_client.batches import MOST_EVENTS
from probatum_client.command.options import Commands, client

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator

    from probatum_client.receipts import Receipt


def add_to(commands: Commands) -> None:
    """Add the act to the command line."""
    parser = commands.add_parser(
        "post",
        help="post events, one JSON object a line or one array a file",
        description="Prints a line for each event: id, index, status. An event without "
        "an id gets one; give ids to make a second run harmless.",
    )
    parser.add_argument("file", nargs="+", help="a file, or - for standard input")
    parser.add_argument("--batch", type=int, default=MOST_EVENTS, metavar="EVENTS")
    parser.set_defaults(act=post)


def post(chosen: Namespace) -> int:
    """Post the events of the files in order."""
    with client(chosen) as sender:
        log, shown = sender.batch(chosen.batch), 0
        try:
            with log:
                for name in chosen.file:
                    for event in _events(name):
                        log(event)
                        shown = _show(log.receipts, shown)
        finally:  # also those before a line that is no event
            _show(log.receipts, shown)
    return 0


def _events(name: str) -> Iterator[dict[str, Any]]:
    with ExitStack() as stack:
        file = sys.stdin if name == "-" else stack.enter_context(open(name))  # noqa: PTH123
        for number, line in enumerate(file, 1):
            if number == 1 and line.lstrip().startswith("["):
                yield from json.loads(line + file.read())
                return
            if line.strip():
                yield _event(line, f"{name}, line {number}")


def _event(line: str, where: str) -> dict[str, Any]:
    try:
        event = json.loads(line)
    except ValueError as error:
        raise ValueError(f"{where} is no JSON: {error}") from error
    if not isinstance(event, dict):
        raise ValueError(f"{where} is no JSON object.")
    return event


def _show(receipts: list[Receipt], shown: int) -> int:
    for receipt in receipts[shown:]:
        flags = f" ({', '.join(receipt.flags)})" if receipt.flags else ""
        print(f"{receipt.id} {receipt.index} {receipt.status}{flags}", flush=True)
    return len(receipts)
