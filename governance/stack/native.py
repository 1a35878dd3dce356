"""What the machine itself must bring: `python3 -m governance.stack.native run|test`.

Runs before anything is installed, so it uses the standard library alone. As root
it installs what is missing; else it says in one line what to install.
"""

import ctypes.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
LIBRARIES = {
    "pango-1.0": "libpango-1.0-0",
    "pangoft2-1.0": "libpangoft2-1.0-0",
    "harfbuzz-subset": "libharfbuzz-subset0",
    "fontconfig": "libfontconfig1",
}


def missing_packages(*, for_tests: bool) -> list[str]:
    """Return the Debian packages that this machine lacks."""
    missing = [
        package
        for name, package in LIBRARIES.items()
        if ctypes.util.find_library(name) is None
    ]
    if not _has_font():
        missing.append("fonts-dejavu-core")
    if for_tests and not _has_browser():
        missing.append("chromium")
    return missing


def main(arguments: list[str]) -> int:
    """Install what is missing, or say what is; return the exit status."""
    missing = missing_packages(for_tests=arguments == ["test"])
    if not missing:
        return 0
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *missing]
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        print(
            f"Probatum needs these packages of the system: {' '.join(missing)}. "
            f"Install them with: sudo {' '.join(command)}",
            file=sys.stderr,
        )
        return 1
    print(f"Installing what the system lacks: {' '.join(missing)}", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for each in (["apt-get", "update", "--quiet"], command):
        status = subprocess.run(each, env=environment, check=False).returncode
    return status


def _has_font() -> bool:
    return any(
        path.suffix.lower() in (".ttf", ".otf", ".ttc")
        for folder in FONT_FOLDERS
        for path in folder.rglob("*")
    )


def _has_browser() -> bool:
    return any(shutil.which(name) for name in BROWSERS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
