"""Write the page that checks evidence in a browser, as one file that needs no server.

The sources in `page/` are small modules. Here they are put one after another, and the
page's own policy names the hashes of the one script and the one style that may run.
The same sources give the same bytes, as with the zip application.
"""

import re
import sys
from base64 import b64encode
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

MODULES = (
    "bytes", "json", "ed25519", "note", "tree", "evidence", "inflate", "lexer", "pdf",
    "section", "checks", "stamp", "anchor", "rotation", "erased", "dossier",
    "examine", "view", "main",
)  # fmt: skip
"""In the order in which they build on each other."""

NAME = "verify.html"
POLICY = (
    "default-src 'none'",
    "script-src {script}",
    "style-src {style}",
    "connect-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
)
IMPORT = re.compile(r"^import .*\n", re.MULTILINE)
EXPORT = re.compile(r"^export ", re.MULTILINE)
DECLARED = re.compile(r"^(?:async )?(?:class|function|const|let) (\w+)", re.MULTILINE)


def _source(name: str) -> str:
    return (files("audits.tlog") / "page" / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def script() -> str:
    """Return the modules as one script; ValueError when two declare the same name."""
    bodies = [EXPORT.sub("", IMPORT.sub("", _source(f"{n}.js"))) for n in MODULES]
    names = [name for body in bodies for name in DECLARED.findall(body)]
    if twins := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"declared twice: {', '.join(twins)}")
    text = '\n"use strict";\n{\n' + "\n".join(bodies) + "}\n"
    if "</" in text or "<!--" in text:
        raise ValueError("a script in a page must not hold the page's own marks")
    return text


@lru_cache(maxsize=1)
def page_bytes() -> bytes:
    """Return the page."""
    code, style = script(), "\n" + _source("page.css")
    policy = "; ".join(POLICY).format(script=_hash(code), style=_hash(style))
    page = _source("page.html")
    for name, text in (("policy", policy), ("style", style), ("script", code)):
        page = page.replace(f"{{{{ {name} }}}}", text)
    return page.encode()


def build_page(path: Path | str) -> str:
    """Write the page to `path`; return its SHA-256 in hex."""
    data = page_bytes()
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_bytes(data)
    return sha256(data).hexdigest()


if __name__ == "__main__":
    target = Path(*sys.argv[1:2] or [f"build/{NAME}"])
    sys.stdout.write(f"{build_page(target)}  {target}\n")
