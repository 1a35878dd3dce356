"""The commands about dates: one time limit counted, all of them, and the timeline."""

from __future__ import annotations

import argparse
from datetime import date
from typing import Any

from governance.law import timeline
from governance.law.deadlines import DeadlineInvalid, Moment, deadline, moment
from governance.law.holidays import member_states
from governance.law.limit import KINDS, limits
from governance.law.verdict import plain


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `deadline` and `timeline` to a command line; each sets `run`."""
    count = commands.add_parser("deadline", help="when a time limit ends; or list them")
    count.set_defaults(run=_deadline)
    count.add_argument("id", nargs="?", help="a time limit; all are listed without it")
    count.add_argument(
        "--from",
        dest="since",
        action="append",
        default=[],
        metavar="[WHO=]DATETIME",
        help="the day or the moment of the event; repeat with provider=, deployer=",
    )
    count.add_argument("--country", metavar="CC", help="the authority's Member State")
    count.add_argument(
        "--holiday",
        dest="holidays",
        action="append",
        default=[],
        type=date.fromisoformat,
        metavar="YYYY-MM-DD",
        help="a further day without work, of a region or an authority",
    )
    dates = commands.add_parser("timeline", help="every dated change of the Act")
    dates.set_defaults(run=_timeline)
    for command in (count, dates):
        command.add_argument("--edition", help="an edition of the Act, by its id")


def every_limit() -> dict[str, Any]:
    """All time limits as plain JSON values, and what their kinds mean."""
    return {
        "kinds": KINDS,
        "member_states": {c: state.name for c, state in member_states().items()},
        "limits": [plain(limit) for limit in limits().values()],
    }


def _deadline(options: argparse.Namespace) -> dict[str, Any]:
    if options.id is None:
        return every_limit()
    return deadline(
        options.id,
        _since(options.since),
        options.country,
        edition=options.edition,
        holidays=options.holidays,
    ).as_json()


def _since(texts: list[str]) -> dict[str, Moment]:
    """Who became aware when. Raises DeadlineInvalid."""
    found: dict[str, Moment] = {}
    for text in texts:
        who, _, when = text.rpartition("=")
        if who in found:
            raise DeadlineInvalid(f"--from {text}: say once when, or who by WHO=")
        found[who] = moment(when)
    return found


def _timeline(options: argparse.Namespace) -> dict[str, Any]:
    return timeline.as_json(options.edition)
