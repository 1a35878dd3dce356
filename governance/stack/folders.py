"""The files that a running stack keeps in VAR_DIR, and who may read them."""

import fcntl
import os
import secrets
import tempfile
from pathlib import Path

from governance.stack.errors import StackError
from governance.stack.identity import Identity

# sun_path has 108 bytes on Linux, one of them the closing zero.
LONGEST_SOCKET_PATH = 107
LONGEST_SOCKET_NAME = len("/.s.PGSQL.5432")


def private_folder(path: Path) -> Path:
    """Create a folder that its owner alone can open; an existing one is closed."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.chmod(0o700)
    return path


def write_private(path: Path, content: bytes) -> None:
    """Write a file of mode 0600 that is either there whole or not at all."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(name).replace(path)


def kept_secret(folder: Path, name: str) -> str:
    """Return the secret of this name, 256 random bits as hex, made when missing."""
    path = private_folder(folder) / name
    if not path.exists():
        write_private(path, secrets.token_hex(32).encode())
    return path.read_text().strip()


def socket_folder(wished: Path, *, owner: Identity | None) -> Path:
    """Return a folder of mode 0700 in which `owner` can open a Unix socket.

    It is `wished` if the socket's path stays short enough and no folder above it
    keeps the owner out; else a new one with a short name, which the caller removes.
    """
    fits = len(os.fsencode(wished)) + LONGEST_SOCKET_NAME <= LONGEST_SOCKET_PATH
    if fits and (owner is None or _is_open_to_all(wished.parent)):
        folder = private_folder(wished)
    else:
        folder = Path(tempfile.mkdtemp(prefix="probatum-"))
    if owner is not None:
        os.chown(folder, owner.uid, owner.gid)
    return folder


def _is_open_to_all(folder: Path) -> bool:
    existing = folder.resolve()
    while not existing.exists():
        existing = existing.parent
    return all(
        ancestor.stat().st_mode & 0o001 for ancestor in (existing, *existing.parents)
    )


def lock(path: Path) -> int:
    """Take the lock of a VAR_DIR and return its descriptor; keep it open.

    The kernel gives the lock back when the last process that holds it is gone.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = os.read(handle, 32).decode() or "unknown"
        os.close(handle)
        raise StackError(
            f"Probatum already runs on {path.parent} (process {holder}). Stop that "
            "one, or choose another VAR_DIR."
        ) from error
    os.ftruncate(handle, 0)
    os.pwrite(handle, str(os.getpid()).encode(), 0)
    return handle
