"""Keys that others can read, or that somebody could guess, sign nothing."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path

import pytest

from audits.signer.keys import MASTER, KeyRefused, Keys, write_key

GOOD = secrets.token_urlsafe(48).encode()


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
        pytest.param(
            lambda path: os.chown(path, 12345, -1),
            "belongs to user 12345",
            marks=pytest.mark.skipif(os.geteuid() != 0, reason="only root gives away"),
        ),
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
