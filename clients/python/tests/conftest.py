import time
from collections.abc import Callable, Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest
from probatum_client import Client, Recorder

# Loaded by path: pytest's import modes differ on helper modules beside the tests.
_spec = spec_from_file_location("stand_in", Path(__file__).parent / "stand_in.py")
assert _spec is not None
assert _spec.loader is not None
stand_in = module_from_spec(_spec)
_spec.loader.exec_module(stand_in)


@pytest.fixture
def server() -> Iterator["stand_in.StandIn"]:
    with stand_in.StandIn() as running:
        yield running


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The clock is the outside world: waits are noted, not sat through."""
    noted: list[float] = []
    monkeypatch.setattr("probatum_client.sending.time.sleep", noted.append)
    return noted


@pytest.fixture
def client(server: "stand_in.StandIn", waits: list[float]) -> Iterator[Client]:
    assert time.sleep == waits.append
    with Client(server.url, api_key="abcd1234.secret") as client:
        yield client


@pytest.fixture
def recorder(
    server: "stand_in.StandIn", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Recorder]]:
    """Make recorders that send to the stand-in; hardly wait after a failure."""
    monkeypatch.setattr("probatum_client.dispatch.jitter", lambda attempt: 0.01)
    made: list[Recorder] = []

    def make(url: str = server.url, spool: Path = tmp_path, **options: Any) -> Recorder:
        options = {"linger": 0.01, "vkey": server.log.vkey, **options}
        made.append(Recorder(url, "abcd1234.secret", spool, **options))
        return made[-1]

    yield make
    for each in made:
        each.close()
