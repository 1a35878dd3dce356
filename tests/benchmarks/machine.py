"""What was measured on: processor, memory, versions. Printed with every figure."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

import psycopg


def machine() -> str:
    model = "unknown processor"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return f"{os.cpu_count()} × {model}, {pages * size >> 30} GiB, {platform.system()}"


def versions(database_url: str) -> str:
    with psycopg.connect(database_url) as connection:
        server = connection.info.server_version // 10000
    parts = [f"Python {platform.python_version()}", f"PostgreSQL {server}"]
    parts += [
        f"{name} {version(name)}"
        for name in ("Django", "uvicorn", "granian", "psycopg")
    ]
    return ", ".join(parts)
