"""Write the verifier as one file that runs with nothing but Python.

The standard library's `zipapp` stamps files with their times of change. Here the
same sources always give the same bytes, so that a reader can compare the file's
SHA-256 with that of a verifier which came another way.
"""

import io
import sys
import zipfile
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

SHEBANG = b"#!/usr/bin/env python3\n"
MAIN = "from audits.tlog.__main__ import main\n\nraise SystemExit(main())\n"
TIMESTAMP = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip file can state."""


def verifier_bytes() -> bytes:
    """Return the verifier, a zip application: `python3 -I FILE verify …` runs it."""
    members = {"__main__.py": MAIN.encode(), "audits/__init__.py": b""}
    for source in files("audits.tlog").iterdir():
        if source.name.endswith((".py", ".md")) and source.name != "page_build.py":
            members[f"audits/tlog/{source.name}"] = source.read_bytes()
    memory = io.BytesIO()
    # Stored, not compressed: the bytes must not depend on the zlib at hand.
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(members):
            member = zipfile.ZipInfo(name, TIMESTAMP)
            member.create_system = 3
            member.external_attr = 0o644 << 16
            archive.writestr(member, members[name])
    return SHEBANG + memory.getvalue()


def build_verifier(path: Path | str) -> str:
    """Write the verifier to `path`; return its SHA-256 in hex."""
    data = verifier_bytes()
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_bytes(data)
    return sha256(data).hexdigest()


if __name__ == "__main__":
    target = Path(*sys.argv[1:2] or ["build/verifier.pyz"])
    sys.stdout.write(f"{build_verifier(target)}  {target}\n")
