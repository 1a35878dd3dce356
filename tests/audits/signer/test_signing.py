"""What the signer refuses, and why: asked directly, with entries as they are stored."""

import random
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from audits.log.models import Entry, Log
from audits.signer import reading, rotating
from audits.signer.keys import MASTER, Keys, write_key
from audits.signer.reading import Entries
from audits.signer.signing import Asked, Signer
from audits.signer.state import Refusal, State
from audits.signer.witnessing import Configured, Witness
from audits.tlog import note
from audits.tlog.checkpoint import open_checkpoint
from audits.tlog.compact import Compact
from audits.tlog.note import parse_vkey
from tests.audits.tlog.naive import mth
from tests.factories import World, a_source_key, a_system, an_event, post_events


class Clock:
    now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def make(tmp_path: Path, clock: Clock) -> Any:
    """Make a signer on the same folder, as a restarted process does."""
    folder = tmp_path / "apart"
    folder.mkdir(mode=0o700)
    write_key(folder / MASTER, random.Random(1).randbytes(40).hex().encode())

    def one(hear: Callable[[], object] = lambda: None) -> Signer:
        """`hear` is called whenever the database is asked something."""
        keys, state = Keys(folder), State(folder, durable=False)
        witness = Witness(keys, state, lambda: Configured("witness.example", {}))
        entries = Entries(lambda: [hear(), connection.connection][1])
        return Signer(keys, state, entries, witness, clock=clock)

    return one


@pytest.fixture
def log(world: World) -> Log:
    """A log of 601 entries, some of which fill tiles."""
    key = a_source_key(world.system)
    for count in (100, 299, 201):
        post_events(Client(), key, *(an_event() for _ in range(count)))
    return world.system.log


@pytest.fixture
def roots(log: Log) -> Any:
    """The root of each size, as the RFC defines it."""
    rows = Entry.objects.filter(log=log).order_by("idx").values_list("entry", flat=True)
    leaves = [sha256(b"\x00" + bytes(row)).digest() for row in rows]
    return lambda size: mth(leaves[:size])


def opened(signer: Signer, log: Log) -> Signer:
    """Have the signer know a log that another one opened."""
    with signer.state.change():
        signer.state.begin(log.origin, signer.now())
    return signer


def kind(found: str | Refusal) -> str:
    return found.kind if isinstance(found, Refusal) else "signed"


def test_each_size_gets_its_one_root_and_a_restart_forgets_nothing(
    make: Any, log: Log, roots: Any
) -> None:
    signer = opened(make(), log)
    vkey = parse_vkey(signer.keys.vkey(log.origin))

    def ask(*sizes: int) -> list[str]:
        return [
            kind(each)
            for each in signer.sign([Asked(log.origin, s, roots(s)) for s in sizes])
        ]

    [note] = signer.sign([Asked(log.origin, 300, roots(300))])
    assert isinstance(note, str)
    assert open_checkpoint(note.encode(), vkey).checkpoint.root == roots(300)
    assert ask(512, 400, 300, 0, 17) == ["signed"] * 5
    wrong = [Asked(log.origin, size, roots(3)) for size in (0, 17, 400, 512, 600)]
    assert [kind(each) for each in signer.sign(wrong)] == [
        "rollback", "rollback", "rollback", "fork", "fork"
    ]  # fmt: skip
    signer = make()  # what was passed is now proven by the tiles alone
    assert ask(1, 256, 257, 511, 512, 601) == ["signed"] * 6
    assert [kind(each) for each in signer.sign(wrong)][-1] == "rollback"


def test_a_tree_of_other_entries_is_refused_though_its_size_fits(
    make: Any, log: Log, roots: Any
) -> None:
    signer = opened(make(), log)
    other = Compact().append([bytes([n]) * 32 for n in range(50)]).root()
    good, bad, beyond = signer.sign(
        [
            Asked(log.origin, 40, roots(40)),
            Asked(log.origin, 50, other),
            Asked(log.origin, 900, other),
        ]
    )
    assert [kind(each) for each in (good, bad, beyond)] == ["signed", "fork", "missing"]
    assert roots(50).hex() in bad.why
    assert signer.state.signed([log.origin])[log.origin].size == 40
    [refused] = signer.state.refusals()
    assert refused["origin"] == log.origin
    assert kind(signer.sign([Asked(log.origin, 50, roots(50))])[0]) == "signed"
    assert not signer.state.refusals()


def test_nothing_is_signed_when_the_clock_went_back(
    make: Any, log: Log, roots: Any, clock: Clock
) -> None:
    signer = opened(make(), log)
    ask = [Asked(log.origin, 10, roots(10))]
    assert kind(signer.sign(ask)[0]) == "signed"
    clock.now -= 200
    assert kind(signer.sign(ask)[0]) == "signed"
    clock.now -= 200
    assert kind(signer.sign(ask)[0]) == "clock"


def test_a_log_that_the_state_does_not_know_is_not_begun_anew(
    make: Any, log: Log, roots: Any
) -> None:
    signer = make()
    assert kind(signer.sign([Asked(log.origin, 10, roots(10))])[0]) == "unknown"
    assert kind(signer.open(log.origin)) == "unknown"
    assert signer.open("log.example/new").startswith("log.example/new+")


def test_after_the_overlap_the_old_key_signs_only_the_tree_that_says_so(
    make: Any, log: Log, roots: Any, clock: Clock
) -> None:
    signer = opened(make(), log)
    assert signer.witness.vkey()
    day = 24 * 60 * 60
    assert rotating.ask(signer.keys, signer.state, [log.origin], day, "Ada", "") == 2
    with pytest.raises(ValueError, match="not recorded yet"):
        rotating.ask(signer.keys, signer.state, [log.origin], day, "Ada", "")
    with pytest.raises(LookupError, match="no log"):
        rotating.ask(signer.keys, signer.state, ["log.example/x"], day, "Ada", "")

    def by(size: int) -> list[int]:
        """Out of which masters a tree is signed."""
        [found] = make().sign([Asked(log.origin, size, roots(size))])
        signed = note.parse_note(found.encode()).signatures
        keys = {n: parse_vkey(signer.keys.vkey(log.origin, n)) for n in (1, 2)}
        return [n for each in signed for n, key in keys.items() if key.signed(each)]

    assert by(200) == [1]
    said = rotating.hand_over(signer, log.origin, 301)
    assert isinstance(said, dict)
    assert said["ends"] == int(clock.now) + day
    assert [by(size) for size in (300, 301, 400)] == [[1], [1, 2], [1, 2]]
    clock.now += day + 1
    assert [by(size) for size in (301, 401, 601)] == [[1, 2], [2], [2]]
    # What is older than the new key is signed by it too, when it is asked for again.
    assert by(200) == [2]
    assert signer.open(log.origin) == signer.keys.vkey(log.origin)
    # A log that is opened now has the newest key from its beginning on.
    fresh = signer.open("log.example/new")
    assert fresh == signer.keys.vkey("log.example/new", 2)
    # As a witness it keeps the key of its name; another name gets one of the newest.
    assert signer.witness.vkey() == make().witness.vkey()
    first = signer.keys.cosigner("witness.example").public
    assert note.parse_vkey(signer.witness.vkey()).public == first
    again = Witness(
        signer.keys, signer.state, lambda: Configured("witness.example/2", {})
    )
    newest = signer.keys.cosigner("witness.example/2", 2).public
    assert note.parse_vkey(again.vkey()).public == newest


def test_many_logs_are_read_at_once_however_different_they_are(
    make: Any, world: World, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.now = time.time()
    asked: list[int] = []
    signer = make(lambda: asked.append(1))
    systems = [
        world.system,
        *(a_system(world.acme, name=f"Desk {n}") for n in range(4)),
    ]
    trees = {}
    for count, system in enumerate(systems, 4):
        opened(signer, system.log)
        post_events(Client(), a_source_key(system), *(an_event() for _ in range(count)))
        rows = Entry.objects.filter(log=system.log).order_by("idx")
        leaves = [sha256(b"\x00" + bytes(row.entry)).digest() for row in rows]
        trees[system.log.origin] = (len(leaves), mth(leaves))
    (one, (size, root)), two, *others = trees.items()
    wanted = [Asked(each, *tree) for each, tree in others]
    signer.entries.find([*trees])
    asked.clear()
    assert [kind(each) for each in signer.sign(wanted)] == ["signed"] * 3
    assert len(asked) == 1
    monkeypatch.setattr(reading, "CHUNK", 3)
    # One that has not grown, one that has, and two that lack or have other entries.
    fork = Asked(two[0], two[1][0], sha256(b"other").digest())
    missing = Asked(wanted[0].origin, wanted[0].size + 9, wanted[0].root)
    found = signer.sign([wanted[1], missing, Asked(one, size, root), fork])
    assert [kind(each) for each in found] == ["signed", "missing", "signed", "fork"]
