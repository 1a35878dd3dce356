"""The files that a running stack keeps in VAR_DIR, and who may read them."""

import fcntl
import os
import re
import secrets
import shutil
import tempfile
import time
from pathlib import Path

from governance.stack.errors import StackError
from governance.stack.identity import Identity

# sun_path has 108 bytes on Linux, one of them the closing zero.
LONGEST_SOCKET_PATH = 107
LONGEST_SOCKET_NAME = len("/.s.PGSQL.5432")
# What needs no quoting in an address, a configuration file or a shell.
PLAIN_PATH = re.compile(r"[A-Za-z0-9/._+-]+")
TEMPORARY_FOLDERS = (Path("/tmp"), Path("/var/tmp"), Path("/run"))  # noqa: S108 - mkdtemp
LONGEST_SHUTDOWN = 20  # seconds that the end of a killed run may take


def private_folder(path: Path) -> Path:
    """Create a folder that its owner alone can open; an existing one is closed."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.chmod(0o700)
    return path


def write_private(path: Path, content: bytes) -> None:
    """Write a file of mode 0600 that is either there whole or not at all."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


def kept_secret(folder: Path, name: str) -> str:
    """Return the secret of this name, 64 random characters, made when missing."""
    path = private_folder(folder) / name
    if not path.exists():
        write_private(path, secrets.token_urlsafe(48).encode())
    return path.read_text().strip()


def socket_folder(wished: Path, *, owner: Identity | None) -> Path:
    """Return a folder of mode 0700 in which `owner` can open a Unix socket.

    It is `wished` if the socket's path stays short enough and no folder above it
    keeps the owner out; else a new one with a short name. What an earlier run left
    in it is removed; the caller removes the folder when the server has ended.
    """
    if _suits_socket(wished, owner):
        shutil.rmtree(wished, ignore_errors=True)
        folder = private_folder(wished)
    else:
        folder = _short_folder(owner)
    if owner is not None:
        os.chown(folder, owner.uid, owner.gid)
    return folder


def _short_folder(owner: Identity | None) -> Path:
    for base in (Path(tempfile.gettempdir()), *TEMPORARY_FOLDERS):
        if _suits_socket(base / "probatum-12345678", owner) and os.access(
            base, os.W_OK
        ):
            return Path(tempfile.mkdtemp(prefix="probatum-", dir=base))
    raise StackError(
        "No temporary folder has a path short enough for a Unix socket and is open "
        f"to all users. Set TMPDIR to one; {LONGEST_SOCKET_PATH} bytes are the limit."
    )


def _suits_socket(folder: Path, owner: Identity | None) -> bool:
    length = len(os.fsencode(folder)) + LONGEST_SOCKET_NAME
    is_plain = PLAIN_PATH.fullmatch(str(folder)) is not None
    fits = is_plain and length <= LONGEST_SOCKET_PATH
    return fits and (owner is None or _is_open_to_all(folder.parent))


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
    After a supervisor was killed, its guardian holds the lock a little longer,
    until all that was started has ended: that is waited for.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    until = time.monotonic() + LONGEST_SHUTDOWN
    while not _take(handle):
        holder = os.pread(handle, 32, 0).decode()
        if _is_alive(holder) or time.monotonic() > until:
            os.close(handle)
            raise StackError(
                f"Probatum already runs on {path.parent} (process {holder}). Stop "
                "that one, or choose another VAR_DIR."
            )
        time.sleep(0.1)
    os.ftruncate(handle, 0)
    os.pwrite(handle, str(os.getpid()).encode(), 0)
    return handle


def _take(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_alive(pid: str) -> bool:
    return not pid or Path(f"/proc/{pid}").exists()
