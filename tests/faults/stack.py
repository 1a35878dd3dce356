"""`make run` on a small disk of its own, by processes that die where they are told to.

Run as a process: `python -m tests.faults.stack`. The disk is a tmpfs in a namespace of
this process, so it needs no privilege, nobody else sees it, and it goes with us.
"""

import ctypes
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from governance.stack import children
from governance.stack.__main__ import main
from governance.stack.process import Program, spawn

SABOTAGE = Path(__file__).with_name("sabotage")
NEW_MOUNTS, NEW_USERS = 0x20000, 0x10000000
RECURSIVE, PRIVATE = 0x4000, 0x40000
_libc = ctypes.CDLL(None, use_errno=True)


def done(status: int) -> None:
    if status:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def mount(source: bytes, target: bytes, kind: bytes, flags: int, data: bytes) -> None:
    done(_libc.mount(source, target, kind, ctypes.c_ulong(flags), data))


def move_to_a_small_disk(folder: Path, size: str) -> None:
    user, group = os.geteuid(), os.getegid()
    done(_libc.unshare(NEW_MOUNTS | (NEW_USERS if user else 0)))
    if user:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    mount(b"none", b"/", b"", RECURSIVE | PRIVATE, b"")
    folder.mkdir(mode=0o700, parents=True)
    options = f"size={size},mode=700".encode()
    mount(b"tmpfs", bytes(folder), b"tmpfs", 0, options)


def sabotaged(program: Program, **how: Any) -> Any:
    """Start the program so that it knows its name, and where it is to die."""
    path = f"{SABOTAGE}:{program.environment.get('PYTHONPATH', '')}"
    environment = {
        **program.environment,
        "PYTHONPATH": path,
        "FAULTS": os.environ["FAULTS"],
        "FAULTS_AT": os.environ["FAULTS_AT"],
        "FAULTS_PROCESS": program.name.partition("-")[0],
    }
    return spawn(replace(program, environment=environment), **how)


if __name__ == "__main__":
    move_to_a_small_disk(Path(os.environ["VAR_DIR"]), os.environ["DISK"])
    children.spawn = sabotaged
    # One server more than cores here: three processes append to one log.
    os.cpu_count = lambda: 3
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(main(["up"]))
