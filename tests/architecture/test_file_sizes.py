"""A file holds one concept: at most 300 lines."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 300


def test_no_python_file_has_more_than_300_lines() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout.split()  # fmt: skip
    files = [ROOT / name for name in listed if "/migrations/" not in name]
    assert len(files) > 100
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text().splitlines())
        for path in files
        if path.exists()
    }
    assert {name: n for name, n in lengths.items() if n > LIMIT} == {}
