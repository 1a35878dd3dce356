"""Keys that others can read, or that somebody could guess, sign nothing."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from audits.signer.keys import MASTER, KeyRefused, Keys, write_key

# For tests only; the same in every run, since it stands in the name of one.
GOOD = b"Jx0v7Q2mZr9LkTn4WbYh-6sDfUeXo1aPcGgV8iRqMw3yEtBj5zHuSdKlNpCoAxFi"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    tmp_path.chmod(0o700)
    return tmp_path


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (GOOD[:31], "at least 32 are needed"),
        (b"", "at least 32 are needed"),
        (b"a" * 64, "hardly any"),
        (b"0123456789abcdef" * 4, "repeats itself"),
        (bytes(range(40, 104)), "follow one another"),
        (b"correct horse battery staple tangerine dream", "made of words"),
        (b"CHANGE-ME-BEFORE-YOU-GO-TO-PRODUCTION", "made of words"),
    ],
)
def test_a_weak_key_is_neither_written_nor_read(
    folder: Path, content: bytes, why: str
) -> None:
    with pytest.raises(KeyRefused, match=why):
        write_key(folder / MASTER, content)
    (folder / MASTER).write_bytes(content)
    (folder / MASTER).chmod(0o600)
    with pytest.raises(KeyRefused, match=why):
        Keys(folder)


def link(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to(path.with_name("elsewhere"))


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda path: path.chmod(0o604), "chmod 0600"),
        (lambda path: path.chmod(0o640), "chmod 0600"),
        (lambda path: path.parent.chmod(0o701), "chmod 0700"),
        (link, "cannot be read"),
        (lambda path: path.unlink(), "No such file"),
    ],
)
def test_a_key_file_that_others_can_reach_is_refused(
    folder: Path, spoil: Callable[[Path], None], why: str
) -> None:
    write_key(folder / MASTER, GOOD)
    assert Keys(folder).vkey("log.example/one") != Keys(folder).vkey("log.example/two")
    spoil(folder / MASTER)
    with pytest.raises(KeyRefused, match=why):
        Keys(folder)


def test_a_key_file_of_somebody_else_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_key(folder / MASTER, GOOD)
    owner = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    with pytest.raises(KeyRefused, match=f"belongs to user {owner}"):
        Keys(folder)
