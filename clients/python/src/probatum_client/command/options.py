"""What the acts of the command share."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from probatum_client.client import Client

if TYPE_CHECKING:
    from argparse import Namespace

Commands = Any  # argparse keeps the type of its subparsers to itself


def api_key(chosen: Namespace) -> str:
    """Return the key; ValueError without one."""
    if chosen.key_file is not None:
        return str(chosen.key_file.read_text().strip())
    key = os.environ.get("PROBATUM_KEY", "")
    if not key:
        raise ValueError("There is no key: set PROBATUM_KEY, or name a --key-file.")
    return key


def client(chosen: Namespace) -> Client:
    """Return a client of the address and key that were given."""
    return Client(chosen.url, api_key(chosen), allow_http=chosen.allow_http)
