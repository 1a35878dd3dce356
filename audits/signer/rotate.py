"""`python -m audits.signer rotate`: have logs get new keys, and say what happens."""

import argparse
import re
import sys
from pathlib import Path

from audits.signer import rotating
from audits.signer.keys import KeyRefused, Keys
from audits.signer.state import FILE, State

DAY = 24 * 60 * 60
UNITS = {"h": 60 * 60, "d": DAY, "w": 7 * DAY}
EX_CONFIG = 78  # of sysexits.h


def main(arguments: list[str]) -> int:
    """Return the exit status: 78 when no key was changed, saying why."""
    found = _parser().parse_args(arguments)
    if not (found.folder / FILE).exists():
        sys.stderr.write(f"{found.folder} has no signer's state.\n")
        return EX_CONFIG
    try:
        keys, state = Keys(found.folder), State(found.folder)
        origins = state.origins() if found.all else found.origin
        overlap = 0 if found.now else found.overlap
        new = rotating.ask(keys, state, origins, overlap, found.by, found.reason)
    except (KeyRefused, LookupError, ValueError) as refusal:
        sys.stderr.write(f"No key was changed: {refusal}\n")
        return EX_CONFIG
    until = (
        f"The old key signs too until {overlap / DAY:g} days after that."
        if overlap
        else "The old key signs that entry's checkpoint, and nothing after it."
    )
    sys.stdout.write(
        f"{len(origins)} logs get a key out of {found.folder}/master.{new}, once they "
        f"record it: within a minute, while signer and worker run. {until} Keep a copy "
        f"of master.{new} as of the masters before it, which stay. Then tell readers "
        "the new keys: python manage.py logkeys\n"
    )
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m audits.signer rotate",
        description="Have logs get new keys out of a new master file beside the old "
        "one. Run it as the signer's user; the signer may go on running.",
    )
    parser.add_argument("origin", nargs="*", metavar="ORIGIN", help="the log's name")
    parser.add_argument("--all", action="store_true", help="every log")
    parser.add_argument("--folder", type=Path, required=True, help="the signer's")
    when = parser.add_mutually_exclusive_group(required=True)
    when.add_argument(
        "--overlap", type=_seconds, metavar="30d", help="both keys sign for so long"
    )
    when.add_argument(
        "--now", action="store_true", help="the old key may have leaked: it stops"
    )
    parser.add_argument("--by", required=True, metavar="NAME", help="who does this")
    parser.add_argument("--reason", required=True, metavar="TEXT", help="and why")
    return parser


def _seconds(text: str) -> int:
    found = re.fullmatch(r"([1-9]\d{0,4})([hdw])", text)
    if found is None:
        raise argparse.ArgumentTypeError("write 12h, 30d or 4w")
    return int(found[1]) * UNITS[found[2]]
