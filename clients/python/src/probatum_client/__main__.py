"""`probatum`, also as `python -m probatum_client`.

Exit status: 0 all is well, 1 something was refused or does not hold, 2 wrong usage.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from probatum_client.command import following, posting, spooling, verifying
from probatum_client.errors import ProbatumError, ReceiptInvalid

if TYPE_CHECKING:
    from collections.abc import Sequence

ACTS = (posting, verifying, following, spooling)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    parser = argparse.ArgumentParser(
        prog="probatum",
        description="Post predictions to Probatum, check its receipts, follow a log.",
        epilog="The key is read from --key-file or PROBATUM_KEY, never from the "
        "command line, where every user of the machine could see it.",
    )
    parser.add_argument("--url", default=os.environ.get("PROBATUM_URL", ""))
    parser.add_argument("--key-file", type=Path, metavar="FILE")
    parser.add_argument("--allow-http", action="store_true")
    commands = parser.add_subparsers(required=True, metavar="ACT")
    for act in ACTS:
        act.add_to(commands)
    chosen = parser.parse_args(arguments)
    logging.basicConfig(format="%(message)s")
    try:
        status: int = chosen.act(chosen)
    except (ProbatumError, ReceiptInvalid) as error:
        print(error, file=sys.stderr)
        return 1
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return status


if __name__ == "__main__":
    raise SystemExit(main())
