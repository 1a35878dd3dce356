"""Many writers on one log, checked by an independent computation of the tree."""

import random
from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import Any

from django.db import connections
from django.test import Client

from audits.log.models import Entry
from audits.tlog.checkpoint import Checkpoint, open_checkpoint
from audits.tlog.note import parse_vkey
from tests.factories import (
    a_source_key,
    a_system,
    an_event,
    an_organisation,
    post_events,
)

WRITERS, BATCHES = 16, 5


def tree_head(leaves: list[bytes]) -> bytes:
    """The root as RFC 6962 section 2.1 defines it: nothing of the product's code."""
    if len(leaves) == 1:
        return leaves[0]
    half = 1 << (len(leaves) - 1).bit_length() - 1
    left, right = tree_head(leaves[:half]), tree_head(leaves[half:])
    return sha256(b"\x01" + left + right).digest()


def climb(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """The root that a path leads to (RFC 9162 section 2.1.3.2)."""
    node, last, root = index, size - 1, leaf
    for sibling in path:
        if node & 1 or node == last:
            root = sha256(b"\x01" + sibling + root).digest()
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            root = sha256(b"\x01" + root + sibling).digest()
        node, last = node >> 1, last >> 1
    assert last == 0
    return root


def test_sixteen_writers_never_fork_skip_or_lose_an_entry(own_database: str) -> None:
    system = a_system(an_organisation())
    log, key = system.log, a_source_key(system)
    sizes = random.Random(7)
    shared = an_event()  # every writer posts it too: it is in the log once
    batches = [
        [[an_event() for _ in range(sizes.randint(1, 40))] for _ in range(BATCHES)]
        for _ in range(WRITERS)
    ]

    def write(mine: list[list[dict[str, Any]]]) -> list[dict[str, Any]]:
        try:
            client = Client()
            answers = [post_events(client, key, *batch, shared) for batch in mine]
            assert {answer.status_code for answer in answers} == {201}
            return [answer.json() for answer in answers]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(WRITERS) as pool:
        answers = [a for found in pool.map(write, batches) for a in found]

    count = sum(len(batch) for mine in batches for batch in mine) + 2
    rows = Entry.objects.filter(log=log).order_by("idx")
    assert list(rows.values_list("idx", flat=True)) == list(range(count))
    leaves = [
        sha256(b"\x00" + bytes(entry)).digest()
        for entry in rows.values_list("entry", flat=True)
    ]
    receipts = [event for answer in answers for event in answer["events"]]
    appended = [event for event in receipts if event["status"] == "appended"]
    assert sorted(event["index"] for event in appended) == list(range(1, count))
    assert len({e["index"] for e in receipts if e["id"] == shared["id"]}) == 1
    for answer in answers:
        check_answer(answer, leaves, log.vkey)


def check_answer(answer: dict[str, Any], leaves: list[bytes], vkey: str) -> None:
    """The checkpoint is a prefix of the log, and each path leads to its root."""
    log = parse_vkey(vkey)
    stated: Checkpoint = open_checkpoint(answer["checkpoint"].encode(), log).checkpoint
    assert stated.root == tree_head(leaves[: stated.size])
    hashes = [b64decode(each) for each in answer["hashes"]]
    for event in answer["events"]:
        leaf = bytes.fromhex(event["leaf_hash"])
        assert leaf == leaves[event["index"]]
        path = [hashes[at] for at in event["path"]]
        assert climb(leaf, event["index"], stated.size, path) == stated.root
