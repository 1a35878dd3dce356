"""Start programs that have their own session and end when their parent does."""

import ctypes
import os
import signal
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from governance.stack.identity import Identity

PR_SET_PDEATHSIG = 1
SESSION_FIELD = 3  # of /proc/PID/stat, counted from the one after the name
STATE_FIELD = 0

_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Program:
    """What to start, where, as whom, and how it is asked to end.

    `stop_signal` also reaches it from the kernel when its parent dies.
    """

    name: str
    arguments: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    identity: Identity | None = None
    stop_signal: signal.Signals = signal.SIGTERM


def spawn(
    program: Program, *, output: IO[bytes] | int, source: IO[bytes] | int | None = None
) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own; its pid is that session's number.

    Call it from the main thread: the kernel sends the parent-death signal when the
    *thread* that started the program ends.
    """
    parent = os.getpid()

    def bind_to_parent() -> None:
        # After the change of user, which would clear the setting.
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        _libc.prctl(PR_SET_PDEATHSIG, int(program.stop_signal))
        if os.getppid() != parent:
            os._exit(1)

    who = program.identity
    return subprocess.Popen(
        program.arguments,
        cwd=program.folder,
        env=dict(program.environment),
        stdin=subprocess.DEVNULL if source is None else source,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        user=who.uid if who else None,
        group=who.gid if who else None,
        extra_groups=[] if who else None,
        umask=0o077,
        preexec_fn=bind_to_parent,
    )


def session_members(session: int) -> Iterator[int]:
    """Yield the processes of a session that are not yet dead."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            pid = int(folder.name)
            fields = _status(pid)
            if fields and int(fields[SESSION_FIELD]) == session:
                yield pid


def is_running(pid: int) -> bool:
    """Say whether there is such a process and it is more than a dead one's entry."""
    return bool(_status(pid))


def _status(pid: int) -> list[str]:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return []  # it ended while we looked
    fields = stat.rpartition(")")[2].split()
    return fields if fields[STATE_FIELD] not in ("Z", "X") else []


def signal_session(session: int, number: signal.Signals) -> int:
    """Send a signal to every process of a session; return how many there were."""
    count = 0
    for pid in session_members(session):
        count += send(pid, number)
    return count


def send(pid: int, number: signal.Signals) -> bool:
    """Send a signal; False when the process is gone already."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True
