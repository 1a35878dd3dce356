"""`probatum follow`: a log that is watched by somebody else than its operator."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from probatum_client.command.options import Commands, client
from probatum_client.errors import ProbatumError
from probatum_client.follow import Follower

if TYPE_CHECKING:
    from argparse import Namespace


def add_to(commands: Commands) -> None:
    """Add the act to the command line."""
    parser = commands.add_parser(
        "follow",
        help="check again and again that a log only grows",
        description="Fetches the log's newest checkpoint, checks its signature, and "
        "that its tree begins with the tree of the checkpoint seen before. Ends with "
        "status 1 as soon as that does not hold. Needs a key that may read events.",
    )
    parser.add_argument("origin", help="the log's origin, as its checkpoints name it")
    parser.add_argument(
        "--vkey",
        required=True,
        action="append",
        help="the log's verifier key; again for each that it has had",
    )
    parser.add_argument("--state", type=Path, required=True, metavar="FILE")
    parser.add_argument("--every", type=float, default=60.0, metavar="SECONDS")
    parser.add_argument("--once", action="store_true", help="look once, then end")
    parser.set_defaults(act=follow)


def follow(chosen: Namespace) -> int:
    """Look at the log until it does not hold any more."""
    with client(chosen) as reader:
        follower = Follower(reader, chosen.origin, chosen.vkey, chosen.state)
        while True:
            try:
                print(follower.look(), flush=True)
            except ProbatumError as error:
                if chosen.once or error.status in {401, 403, 404}:
                    raise
                print(f"Not reached: {error}", flush=True)
            if chosen.once:
                return 0
            time.sleep(chosen.every)
