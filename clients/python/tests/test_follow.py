"""A log that shrinks or is rewritten is found, and what was seen before is kept."""

import json

import pytest
from probatum_client import Follower, ReceiptInvalid

ORIGIN = "log.example/bank/credit-abc123"


class OneTile:
    """A log of at most 256 entries, as the client reads it."""

    def __init__(self, log):
        self._log = log

    def checkpoint(self, origin):
        assert origin == ORIGIN
        return self._log.checkpoint()

    def tile(self, origin, path):
        width = len(self._log.entries)
        assert path == f"tile/0/000.p/{width}"
        return b"".join(self._log.leaves)


@pytest.fixture
def log(server):
    grow(server.log, 7)
    return server.log


@pytest.fixture
def follower(log, tmp_path):
    return Follower(OneTile(log), ORIGIN, log.vkey, tmp_path / "seen")


def grow(log, count):
    for n in range(count):
        log.entries.append(json.dumps({"eid": f"{len(log.entries)}-{n}"}).encode())


def test_a_log_that_grows_is_followed(log, follower):
    assert (follower.look().old, follower.look().new) == (0, 7)
    grow(log, 13)
    growth = follower.look()
    assert (growth.old, growth.new) == (7, 20)
    assert str(growth).endswith("the first 7 of them are those of the last checkpoint.")
    assert str(follower.look()).endswith("has 20 entries, as before.")


@pytest.mark.parametrize("added", [0, 1, 30])
def test_a_log_that_was_rewritten_is_found(log, follower, tmp_path, added):
    follower.look()
    seen = (tmp_path / "seen").read_text()
    log.entries[3] = b'{"eid": "another"}'
    grow(log, added)
    with pytest.raises(ReceiptInvalid, match="the log was rewritten"):
        follower.look()
    assert (tmp_path / "seen").read_text() == seen


def test_a_log_that_went_back_is_found(log, follower):
    follower.look()
    log.entries.pop()
    with pytest.raises(ReceiptInvalid, match="went back from 7 entries to 6"):
        follower.look()


def test_tiles_that_do_not_fit_the_checkpoint_are_found(log, follower, monkeypatch):
    tiles = b"".join(reversed(log.leaves))
    monkeypatch.setattr(OneTile, "tile", lambda *_: tiles)
    with pytest.raises(ReceiptInvalid, match="do not lead to the root that it signed"):
        follower.look()


def test_a_checkpoint_of_another_log_or_key_is_refused(log, tmp_path):
    name, _, rest = log.vkey.partition("+")
    other = Follower(OneTile(log), ORIGIN, f"{name}x+{rest}", tmp_path / "seen")
    with pytest.raises(ReceiptInvalid, match="does not belong to its key"):
        other.look()
    assert not (tmp_path / "seen").exists()
