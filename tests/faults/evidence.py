"""What must hold of an installation after whatever was done to it."""

import json
import shutil
import sqlite3
import tempfile
from base64 import b64decode
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from tlog_scales.backend import HttpBackend, LocalBackend, TilesBackend
from tlog_scales.reader import TilesReader
from tlog_scales.signing import Vkey

from audits.tlog.checkpoint import open_checkpoint
from audits.tlog.compact import Compact
from audits.tlog.hashing import leaf_hash
from audits.tlog.note import parse_vkey
from audits.tlog.tile import ENTRIES, decode_bundle, level_tiles
from audits.tlog.tree import check_inclusion
from tests.faults.installation import Installation

Answers = list[dict[str, Any]]


class Tree:
    """A log's entries, and the root of it at every size that it ever had."""

    def __init__(self, entries: Iterable[bytes]) -> None:
        self.entries = list(entries)
        self.leaves = [leaf_hash(entry) for entry in self.entries]
        tree = Compact()
        self.roots = [tree.root()]
        for leaf in self.leaves:
            tree = tree.append([leaf])
            self.roots.append(tree.root())

    def holds(self, note: str, vkey: str) -> int:
        """The size that a signed checkpoint states, which is a prefix of this log."""
        stated = open_checkpoint(note.encode(), parse_vkey(vkey)).checkpoint
        assert stated.size < len(self.roots)
        assert stated.root == self.roots[stated.size]
        return stated.size


def stored(place: Installation, origin: str) -> Tree:
    """The log as the database has it."""
    with place.connect() as database:
        rows = database.execute(
            "SELECT idx, entry FROM audits_entry JOIN audits_log l ON l.id = log_id"
            " WHERE l.origin = %s ORDER BY idx",
            [origin],
        ).fetchall()
    assert [idx for idx, _entry in rows] == list(range(len(rows)))
    return Tree(entry for _idx, entry in rows)


def exported(place: Installation, log: str, folder: Path) -> Tree:
    """The log as files, which hold under our verifier and against every row."""
    said = place.run("manage.py", "exportlog", place.log(log)["origin"], str(folder))
    size = int(said.rpartition(" entries of ")[0].splitlines()[-1])
    entries = [
        entry
        for ref in level_tiles(ENTRIES, size)
        for entry in decode_bundle((folder / ref.path).read_bytes(), ref.width)
    ]
    return Tree(entries)


def kept_in(files: Iterable[Path]) -> tuple[Answers, set[int]]:
    """What services were acknowledged, and the status of every try."""
    lines = [
        json.loads(line) for file in files for line in file.read_text().splitlines()
    ]
    statuses = {status for line in lines for status, _said in line["tries"]}
    return [line["answer"] for line in lines], statuses


def check_answers(tree: Tree, vkey: str, answers: Answers) -> None:
    """Every receipt holds; what was acknowledged is there, each event once."""
    acknowledged = set()
    for answer in answers:
        size = tree.holds(answer["checkpoint"], vkey)
        hashes = [b64decode(each) for each in answer["hashes"]]
        for event in answer["events"]:
            index, leaf = event["index"], bytes.fromhex(event["leaf_hash"])
            assert leaf == tree.leaves[index]
            path = [hashes[at] for at in event["path"]]
            check_inclusion(index, size, leaf, tree.roots[size], path)
            assert json.loads(tree.entries[index])["eid"] == event["id"]
            acknowledged.add(event["id"])
    found = [json.loads(entry) for entry in tree.entries]
    events = Counter(entry["eid"] for entry in found if entry["kind"] == "event")
    assert set(events.values()) == {1}
    # All that was posted was posted until it was acknowledged.
    assert set(events) == acknowledged


def check_saved(place: Installation) -> dict[str, list[int]]:
    """Every checkpoint ever saved, of every log, is one of its prefixes; and so is
    what the signer signed last. Returns the saved sizes by log."""
    with place.connect() as database:
        notes = database.execute(
            "SELECT origin, vkey, note FROM audits_checkpoint c JOIN audits_log l"
            " ON l.id = c.log_id ORDER BY size"
        ).fetchall()
    signed = signed_last(place)
    # ORDER: read after what they are held to; the meta-log grows all the time.
    trees = {origin: stored(place, origin) for origin, _size, _root in signed}
    sizes: dict[str, list[int]] = {}
    for origin, vkey, note in notes:
        sizes.setdefault(origin, []).append(trees[origin].holds(note, vkey))
    for origin, size, root in signed:
        assert trees[origin].roots[size] == root
    return sizes


def signed_last(place: Installation) -> list[tuple[str, int, bytes]]:
    """What the signer's own state has, in a copy that we may open."""
    with tempfile.TemporaryDirectory() as folder:
        for path in (place.var / "signer").glob("state.sqlite*"):
            shutil.copy(path, folder)
        with closing(sqlite3.connect(f"{folder}/state.sqlite")) as state:
            return state.execute("SELECT origin, size, root FROM signed").fetchall()


def check_by_others(
    place: Installation, log: str, folder: Path, tree: Tree, saved: list[int]
) -> None:
    """A verifier that is not ours accepts the exported files and the served ones."""
    about = place.log(log)
    served = HttpBackend(f"{place.url}/log/{about['origin']}")
    served.session.headers["Authorization"] = f"Bearer {about['key']}"
    for backend in (LocalBackend(folder), served):
        accepts(backend, about["vkey"], tree, saved)


def accepts(backend: TilesBackend, vkey: str, tree: Tree, saved: list[int]) -> None:
    theirs = TilesReader(backend)
    stated = theirs.get_checkpoint()
    stated.verify(Vkey.from_string(vkey))
    assert theirs.calculate_root_hash() == stated.root_hash
    for index in {0, 1, 255, 256, stated.size // 2, stated.size - 1}:
        if index < stated.size:
            proof = theirs.get_inclusion_proof(index, stated.size)
            proof.check(leaf_hash(theirs.get_entry(index)), stated.root_hash)
    for old in [size for size in saved if 0 < size < stated.size][-5:]:
        growth = theirs.get_consistency_proof(old, stated.size)
        growth.check(tree.roots[old], stated.root_hash)
