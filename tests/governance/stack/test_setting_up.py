"""What an operator may set, and what an installation is made from."""

import re
from pathlib import Path

import pytest

from governance.stack.configuration import Configuration
from governance.stack.errors import StackError
from tests.governance.stack.conftest import ROOT

EXTERNAL = {"DATABASE_URL": "postgresql://app@db/probatum"}


def test_the_defaults_are_a_sample_on_port_8000_below_var() -> None:
    found = Configuration.from_environment({})
    assert found.sample
    assert found.base_url == "http://127.0.0.1:8000"
    assert found.var_dir == ROOT / "var"


def test_a_database_of_ones_own_gets_no_sample_unless_asked_for() -> None:
    assert not Configuration.from_environment(EXTERNAL).sample
    assert Configuration.from_environment({**EXTERNAL, "SAMPLE": "1"}).sample
    assert not Configuration.from_environment({}).sample_anyway
    assert Configuration.from_environment({"SAMPLE": "1"}).sample_anyway


def test_a_relative_var_dir_starts_where_the_command_was_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = Configuration.from_environment({"VAR_DIR": "data"})
    assert found.var_dir == tmp_path / "data"


@pytest.mark.parametrize(
    "wrong", [{"PORT": "http"}, {"PORT": "0"}, {"PORT": "65536"}, {"SAMPLE": "maybe"}]
)
def test_a_wrong_value_is_named(wrong: dict[str, str]) -> None:
    with pytest.raises(StackError, match=next(iter(wrong))):
        Configuration.from_environment(wrong)


def test_secrets_that_are_set_are_not_made() -> None:
    found = Configuration.from_environment({"SECRET_KEY_FILE": "/run/secrets/key"})
    assert found.missing_secrets() == ["IDEMPOTENCY_SECRET", "PAYLOAD_KEK"]


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_direct_requirement_is_pinned_and_says_why_it_is_here(name: str) -> None:
    for line in (ROOT / name).read_text().splitlines():
        if line and not line.startswith(("#", "-r")):
            # A marker may say for which Python it is.
            assert re.fullmatch(r"\S+==[^\s;]+(; [^#]+)?\s+# .{5,}", line), line


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_the_locks_have_a_hash_for_each_package_and_name_no_server(name: str) -> None:
    lock = (ROOT / name).read_text()
    assert "://" not in lock
    assert not re.search(r"^-", lock, re.MULTILINE)
    for entry in re.split(r"\n(?=\S)", lock.strip()):
        assert "--hash=sha256:" in entry, entry


def test_make_help_lists_every_command_of_the_readme() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for target in ("run", "test", "check", "bench", "verifier", "wipe-sample", "help"):
        assert re.search(rf"^{target}:.*## \w", makefile, re.MULTILINE), target
