"""The Python client is installed by people who have nothing else of this repository."""

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CLIENT = ROOT / "clients" / "python" / "src" / "probatum_client"
# cryptography is an extra; without it plain Python checks signatures.
ALLOWED = {"httpx", "probatum_client", "cryptography"}


def test_the_client_imports_nothing_of_the_server() -> None:
    files = list(CLIENT.rglob("*.py"))
    assert len(files) > 10
    for path in files:
        found = imports(ast.parse(path.read_text()))
        assert found <= ALLOWED, f"{path.name}: {sorted(found - ALLOWED)}"


def imports(tree: ast.Module) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").partition(".")[0])
    return names - sys.stdlib_module_names


def test_the_signature_check_that_it_brings_along_is_that_of_the_log() -> None:
    ours = (ROOT / "audits" / "tlog" / "ed25519.py").read_text()
    assert (CLIENT / "ed25519.py").read_text() == ours
