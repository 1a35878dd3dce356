"""`probatum verify`: kept receipts and proof files, offline."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from probatum_client.command.options import Commands
from probatum_client.errors import ReceiptInvalid
from probatum_client.notes import Vkeys
from probatum_client.proofs import check_proof
from probatum_client.spool.kept import kept_receipts

if TYPE_CHECKING:
    from argparse import Namespace


def add_to(commands: Commands) -> None:
    """Add the act to the command line."""
    parser = commands.add_parser(
        "verify",
        help="check kept receipts or a proof file, without asking anybody",
        description="Checks that each entry is in the tree that the log signed. What "
        "the payload of an entry is, is checked by Probatum's own verifier.",
    )
    parser.add_argument(
        "file", type=Path, nargs="+", help="a spool, its receipts, or a .tlog-proof"
    )
    parser.add_argument(
        "--vkey",
        required=True,
        action="append",
        help="the log's verifier key; again for each that it has had",
    )
    parser.add_argument("--entry", type=Path, help="the entry's bytes, for a proof")
    parser.set_defaults(act=verify)


def verify(chosen: Namespace) -> int:
    """Check each file, and say how many entries hold and which do not."""
    wrong = 0
    for path in chosen.file:
        if path.suffix == ".tlog-proof":
            if chosen.entry is None:
                raise ValueError("A proof says nothing without --entry FILE.")
            entry = chosen.entry.read_bytes()
            print(check_proof(path.read_text(), entry, chosen.vkey))
        else:
            wrong += _receipts(path, chosen.vkey)
    return 1 if wrong else 0


def _receipts(path: Path, vkey: Vkeys) -> int:
    held, wrong = 0, 0
    good: set[str] = set()  # checkpoints whose signature was checked
    for receipt in kept_receipts(path):
        try:
            receipt.check(None if receipt.checkpoint in good else vkey)
        except ReceiptInvalid as reason:
            wrong += 1
            print(f"Event {receipt.id} does not hold: {reason}")
            continue
        good.add(receipt.checkpoint)
        held += 1
    if not held + wrong:
        raise ReceiptInvalid(f"There are no receipts in {path}.")
    print(f"{path}: {held} of {held + wrong} receipts hold.")
    return wrong
