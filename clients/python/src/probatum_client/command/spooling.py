"""`probatum spool` and `probatum send`: what waits, and bringing it to the server."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import TYPE_CHECKING

from probatum_client.command.options import Commands, api_key
from probatum_client.dispatch import Dispatcher, Server
from probatum_client.spool.kept import set_aside
from probatum_client.spool.status import lane_statuses

if TYPE_CHECKING:
    from argparse import Namespace


def add_to(commands: Commands) -> None:
    """Add both acts to the command line."""
    parser = commands.add_parser("spool", help="show what waits and what was set aside")
    parser.add_argument("folder", type=Path)
    parser.set_defaults(act=show)
    parser = commands.add_parser(
        "send",
        help="send a spool, for services that record with send=False",
        description="Sends every lane that no process sends itself, until it is ended "
        "by SIGTERM or Ctrl-C; with --once until nothing waits.",
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--vkey",
        action="append",
        help="the log's verifier key, to check receipts; again for each it has had",
    )
    parser.add_argument("--once", action="store_true")
    parser.set_defaults(act=send)


def show(chosen: Namespace) -> int:
    """Print a line for each lane, and one for each event that was set aside."""
    if not chosen.folder.is_dir():
        raise ValueError(f"There is no folder {chosen.folder}.")
    for lane in lane_statuses(chosen.folder):
        writes = "written to" if lane.is_written else "no writer"
        sends = "being sent" if lane.is_sent else "not being sent"
        print(
            f"{lane.name}: {lane.waiting} events ({lane.waiting_bytes} bytes) wait, "
            f"{lane.set_aside} set aside; {writes}, {sends}"
        )
        for each in set_aside(chosen.folder / lane.name):
            event_id = each.get("event", {}).get("id", "unreadable")
            print(f"  {event_id}: {each['reason']}")
    return 0


def send(chosen: Namespace) -> int:
    """Send until told to end; status 1 if something could not be sent."""
    server = Server(
        url=chosen.url,
        api_key=api_key(chosen),
        vkey=chosen.vkey,
        allow_http=chosen.allow_http,
    )
    dispatcher = Dispatcher(chosen.folder, server)
    if chosen.once:
        return 0 if dispatcher.send_all() else 1
    signal.signal(signal.SIGTERM, lambda *_: dispatcher.close())
    signal.signal(signal.SIGINT, lambda *_: dispatcher.close())
    dispatcher.work()
    return 0 if dispatcher.trouble is None else 1
