"""Whom the embedded PostgreSQL runs as.

PostgreSQL refuses to run as root. Started by root, it runs as a numeric user that
no account has, so that no other program of this machine can read its files or
signal it, and nothing has to be added to the system's accounts. The owner of an
existing data folder is the record of that choice.
"""

import grp
import os
import pwd
import zlib
from dataclasses import dataclass
from pathlib import Path

from governance.stack.errors import StackError

# Debian reserves 30000-59999 and allots nothing there; Docker's and systemd's
# ranges lie elsewhere, and a rootless container still maps these numbers.
FIRST_FREE_UID = 50_000
FREE_UIDS = 9_000


@dataclass(frozen=True)
class Identity:
    """A numeric user and group that a program is started as."""

    uid: int
    gid: int


def server_identity(data: Path) -> Identity | None:
    """Return the user that owns, or shall own, the cluster in `data`.

    None means the user that we are: only root can and must become another one.
    """
    owner = data.stat().st_uid if data.exists() else None
    if os.geteuid() != 0:
        if owner not in (None, os.geteuid()):
            raise StackError(
                f"The database in {data} belongs to user {owner}, and this is user "
                f"{os.geteuid()}. Start it as root or as that user, or choose "
                "another VAR_DIR."
            )
        return None
    if owner:
        return Identity(owner, data.stat().st_gid)
    return _unused_identity(data)


def account_for_initdb() -> Identity:
    """Return an unprivileged account that has a name.

    initdb looks up its user's name and gives up without one; the server does not.
    """
    try:
        account = pwd.getpwnam("nobody")
    except KeyError as error:
        raise StackError(
            "The account `nobody` is missing on this machine; it is needed once, to "
            "create the embedded database. Create it, start as another user than "
            "root, or set DATABASE_URL."
        ) from error
    return Identity(account.pw_uid, account.pw_gid)


def give(folder: Path, identity: Identity | None) -> None:
    """Make `identity` the owner of a folder of ours and of all that is in it."""
    if identity is None:
        return
    os.chown(folder, identity.uid, identity.gid)
    for parent, folders, files in os.walk(folder):
        for name in folders + files:
            os.chown(
                Path(parent) / name, identity.uid, identity.gid, follow_symlinks=False
            )


def _unused_identity(data: Path) -> Identity:
    start = zlib.crc32(os.fsencode(data.resolve()))
    for step in range(FREE_UIDS):
        uid = FIRST_FREE_UID + (start + step) % FREE_UIDS
        if not _is_taken(uid):
            return Identity(uid, uid)
    raise StackError(
        f"All user numbers from {FIRST_FREE_UID} on are taken on this machine. "
        "Start as another user than root, or set DATABASE_URL."
    )


def _is_taken(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        pass
    else:
        return True
    try:
        grp.getgrgid(uid)
    except KeyError:
        return False
    return True
