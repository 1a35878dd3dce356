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
    parser = _parser()
    found = parser.parse_args(arguments)
    if found.all == bool(found.origin):
        parser.error("name the logs, or give --all")
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
        f"Logs that get a key out of {found.folder}/master.{new}: {len(origins)}, once "
        "they record it, within a minute, while signer and worker run. "
        f"{until} Keep a copy of master.{new} as of the masters before it, which stay. "
        "Then tell readers the new keys: python manage.py logkeys\n"
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
    for name, word, what in (
        ("--by", "NAME", "who does this"),
        ("--reason", "TEXT", "and why"),
    ):
        parser.add_argument(name, metavar=word, help=what, required=True, type=_told)
    return parser


def _told(text: str) -> str:
    """Words of a person: the log keeps them, and empty ones would name nobody."""
    if not text.strip():
        raise argparse.ArgumentTypeError("write it out; the log keeps it")
    return text


def _seconds(text: str) -> int:
    found = re.fullmatch(r"([1-9]\d{0,4})([hdw])", text)
    if found is None:
        raise argparse.ArgumentTypeError("write 12h, 30d or 4w")
    return int(found[1]) * UNITS[found[2]]
