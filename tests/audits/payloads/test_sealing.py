"""What a payload is in the database, and what opens it."""

import os

import psycopg
import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from psycopg import sql

from audits.events.models import EventSource
from audits.log.models import Entry, Log, LogClass
from audits.log.services import open_log
from audits.payloads import encoding
from audits.payloads.keys import KeysUnusable, unwrap
from audits.payloads.models import KeyTree, Payload
from audits.payloads.selectors import forget_keys_of, keys_of, read_parts
from audits.tlog.bundle import disclose
from tests.factories import (
    a_source_key,
    a_system,
    an_event,
    an_organisation,
    post_events,
)

SECRET = "person-of-the-test-4711"


@pytest.fixture
def log(own_database: str) -> Log:
    system = a_system(an_organisation())
    key = a_source_key(system)
    for subject in (SECRET, SECRET, "somebody else", None):
        assert post_events(Client(), key, an_event(subject=subject)).status_code == 201
    return system.log


def rows(log: Log) -> list[tuple[int, bytes]]:
    found = Payload.objects.filter(log=log).order_by("idx")
    return [(key, bytes(sealed)) for key, sealed in found.values_list("key", "sealed")]


def test_nothing_of_a_payload_is_readable_in_the_database(
    log: Log, owner_url: str
) -> None:
    dumped = b""
    with psycopg.connect(owner_url) as owner:
        tables = owner.execute(
            "SELECT relname FROM pg_class WHERE relname LIKE 'audits\\_%%'"
            " AND relkind IN ('r', 'p') AND NOT relispartition"
        ).fetchall()
        for (table,) in tables:
            query = sql.SQL("COPY (SELECT t::text FROM {} t) TO STDOUT")
            with owner.cursor().copy(query.format(sql.Identifier(table))) as copy:
                dumped += b"".join(bytes(part) for part in copy)
    assert len(tables) > 10
    for text in (SECRET, "approve"):
        assert text.encode() not in dumped
        assert text.encode().hex().encode() not in dumped
    parts = {part.role: part.value() for part in read_parts(log, 1)}
    assert parts["person"] == {"subject": SECRET}


def test_one_subject_has_one_key_and_each_entry_its_own_ciphertext(log: Log) -> None:
    (_act, first, second, other, nobody) = rows(log)
    keys = keys_of(log)
    assert first[0] == second[0] == int.from_bytes(keys.tag(SECRET), "big", signed=True)
    assert len({first[0], other[0], nobody[0]}) == 3
    assert len({sealed for _key, sealed in rows(log)}) == 5


def test_what_is_opened_is_what_the_entry_commits_to(log: Log) -> None:
    leaves = list(
        Entry.objects.filter(log=log).order_by("idx").values_list("entry", flat=True)
    )
    for idx in range(5):
        kept = read_parts(log, idx)
        disclosed = disclose(bytes(leaves[idx]), [part.disclosed() for part in kept])
        assert not disclosed.faults
        assert not disclosed.undisclosed
        assert len(disclosed.held) == len(kept) > 0


def test_a_source_that_asks_for_it_commits_to_each_field(
    own_database: str, client: Client
) -> None:
    system = a_system(an_organisation())
    key = a_source_key(system)
    EventSource.objects.filter(log=system.log).update(by_field=True)
    wide = {f"f{n}": n for n in range(101)}
    posted = an_event(
        input={"café": 2.50, "none": None, "deep": {"a": [1]}},
        features=wide,
        output={"score": 0.81, "decision": "no"},
        segment={},
    )
    assert post_events(client, key, posted).status_code == 201
    [entry] = Entry.objects.filter(log=system.log, type="prediction")
    parts = read_parts(system.log, entry.idx)
    assert {part.role: part.names() for part in parts} == {
        # An object of more than a hundred members is one field.
        "input": [("features",), ("input", "café"), ("input", "none"),
                  ("input", "deep")],
        "output": [("confidence",), ("output", "score"), ("output", "decision")],
        "person": [("segment",)],
    }  # fmt: skip
    score = parts[1].disclosed({1})
    found = disclose(bytes(entry.entry), [score])
    assert found.held == ["field 'output.score' of part 'output' (23 bytes)"]
    assert found.faults == []
    assert found.undisclosed == [
        "2 other fields of part 'output'", "part 'input'", "part 'person'",
    ]  # fmt: skip
    whole = disclose(bytes(entry.entry), [part.disclosed() for part in parts])
    assert not whole.faults
    assert not whole.undisclosed
    assert {part.role: part.value() for part in parts}["input"]["features"] == wide


def test_a_payload_of_another_entry_subject_or_log_does_not_open(log: Log) -> None:
    (_act, first, _second, other, _nobody) = rows(log)
    keys = keys_of(log)
    secret = keys.key(keys.tag(SECRET))
    assert encoding.unseal(secret, keys.origin, first[1])
    for key, origin, sealed in (
        (secret, keys.origin, other[1]),
        (os.urandom(32), keys.origin, first[1]),
        (secret, b"log.example/other", first[1]),
        (secret, keys.origin, first[1][:-1]),
        (secret, keys.origin, b""),
        (secret, keys.origin, first[1][:30] + b"x" + first[1][31:]),
    ):
        with pytest.raises(encoding.SealBroken):
            encoding.unseal(key, origin, sealed)


def test_what_was_stored_in_the_clear_is_opened_with_its_old_salts() -> None:
    secret, seed, origin = os.urandom(32), os.urandom(32), b"log.example/old"
    body = b'{"input":{"age":44},"output":{"score":0.5}}'
    sealed = encoding.seal_with_a_seed(secret, origin, seed, body)
    assert body not in sealed
    parts = encoding.unseal(secret, origin, sealed)
    assert [(p.role, p.data) for p in parts] == [
        ("input", b'{"age":44}'), ("output", b'{"score":0.5}'),
    ]  # fmt: skip
    assert [p.salt for p in parts] == [
        encoding.part_salt(seed, role) for role in ("input", "output")
    ]


def test_what_is_sealed_is_what_it_always_was() -> None:
    """By what the first release wrote: what is stored must open for ten years."""
    secret, label, origin = bytes(range(32)), bytes(range(16)), b"log.example/credit"
    parts = {
        "input": '{"input":{"age":44,"café":[1]}}'.encode(),
        "output": b'{"output":0.5}',
    }
    hidden = (
        "8d8b5411f39b4a08131ea4761c80809f8f43f14640b0edc9d59a8ec2efc6c8893244c2ddd5533b"
        "83f345df5eafdfe66ec93153d0be16a104834f870b18ec174f13ece1eaf3d0ee4dd804d1dd20d1"
        "7084ff15"
    )
    sealed, pay = encoding.seal(secret, origin, parts, label)
    assert sealed.hex() == f"02{label.hex()}{hidden}"
    assert [tuple(each.items()) for each in pay] == [
        (("com", "bffd87fd94f596fd3631292c39142d7e92414617c3fa4e574b61433ecf89d65b"),
         ("len", 32), ("role", "input")),
        (("com", "b4fea589016b99410c75edba3e55a605cfff94a6d8e8c01fe3cf5a0b02de7310"),
         ("len", 14), ("role", "output")),
    ]  # fmt: skip
    sealed, pay = encoding.seal_by_field(secret, origin, parts, label)
    assert sealed.hex() == f"03{label.hex()}{hidden}"
    assert [tuple(each.items()) for each in pay] == [
        (("by", "field"),
         ("com", "1d86fffa5d412e32cd2ee8f4b0ac0c64cca6a722524f8f67e54bef2aa20a24d1"),
         ("len", 64), ("role", "input")),
        (("by", "field"),
         ("com", "ca922a82a2e0829037902dc4134f1775a23357b14b756eb4c0fe8cb15671038e"),
         ("len", 32), ("role", "output")),
    ]  # fmt: skip
    assert len({*encoding.new_labels(100)}) == 100


def test_keys_that_a_failed_transaction_made_are_not_gone_on_with(
    own_database: str,
) -> None:
    log = open_log(path="t", title="t", log_class=LogClass.EVIDENCE, at=timezone.now())
    with transaction.atomic():
        lost = keys_of(log)
        transaction.set_rollback(True)
    kept = keys_of(log)
    assert kept.nodes != lost.nodes
    stored = KeyTree.objects.get(log=log)
    assert unwrap(log.origin, 0, bytes(stored.wrapped)).nodes == kept.nodes


def test_keys_that_are_gone_are_missed_and_never_made_anew(
    log: Log, owner_url: str
) -> None:
    with psycopg.connect(owner_url) as owner:
        owner.execute("ALTER TABLE audits_key_tree DISABLE TRIGGER no_change")
        owner.execute("DELETE FROM audits_key_tree WHERE log_id = %s", [log.pk])
    forget_keys_of(log)
    with pytest.raises(KeysUnusable, match="gone from audits_key_tree"):
        keys_of(log)
    assert not KeyTree.objects.filter(log=log).exists()
