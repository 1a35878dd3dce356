"""A receipt can be checked by anyone, and fails when anything in it is changed."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from probatum_client import Prediction, ReceiptInvalid, notes

PRIVATE = Ed25519PrivateKey.from_private_bytes(b"\5" * 32)
ANOTHER_KEY = PRIVATE.public_key().public_bytes_raw()


def log_some(client, count):
    return client.log_many(
        Prediction(model_version="1", output=n) for n in range(count)
    )


def test_every_receipt_of_every_small_log_checks(client, server):
    for _ in range(20):
        for receipt in log_some(client, 3):
            check = receipt.check(server.log.vkey, server.log.entries[receipt.index])
            assert check.signature == "valid"
            assert check.size == len(server.log.entries)


def test_a_path_made_longer_shorter_or_other_does_not_check(client):
    for receipt in log_some(client, 11):
        changed = [
            (*receipt.path, b"\0" * 32),
            receipt.path[:-1],
            (b"\0" * 32, *receipt.path[1:]),
        ]
        for path in changed:
            with pytest.raises(ReceiptInvalid):
                replace(receipt, path=path).check()


def test_another_index_leaf_or_log_does_not_check(client):
    receipt = log_some(client, 5)[2]
    for change in (
        {"index": 1},
        {"index": 9},
        {"leaf_hash": b"\0" * 32},
        {"log": "other.example/log"},
        {"path": None},
        {"checkpoint": "no checkpoint"},
        {"checkpoint": receipt.checkpoint.replace("\n5\n", "\nfive\n")},
    ):
        with pytest.raises(ReceiptInvalid):
            replace(receipt, **change).check()


def test_an_entry_that_was_changed_or_exchanged_does_not_check(client, server):
    first, second = log_some(client, 2)
    first.check(entry=server.log.entries[0])
    with pytest.raises(ReceiptInvalid, match="do not have this leaf hash"):
        first.check(entry=server.log.entries[0] + b" ")
    other_id = replace(first, id=second.id)
    with pytest.raises(ReceiptInvalid, match="is not that of event"):
        other_id.check(entry=server.log.entries[0])


def test_a_signature_by_another_key_does_not_check(client, server):
    receipt = log_some(client, 1)[0]
    name, key_id, key = server.log.vkey.split("+", 2)
    with pytest.raises(ReceiptInvalid, match="is not signed by"):
        receipt.check(_vkey_of_another(name))
    with pytest.raises(ReceiptInvalid, match="id does not belong"):
        receipt.check(f"{name}+00000000+{key}")
    with pytest.raises(ReceiptInvalid, match="not of the form"):
        receipt.check(f"{name}+{key_id}")


def test_a_checkpoint_changed_after_signing_does_not_check(client, server):
    """The tree is rebuilt to fit, so that only the signature can tell."""
    receipt = log_some(client, 1)[0]
    old = receipt.checkpoint
    server.log.entries[0] = b'{"eid":"forged"}'
    forged = server.log.checkpoint().rpartition("\n\n")[0]
    bent = replace(
        receipt,
        leaf_hash=server.log.leaves[0],
        checkpoint=forged + "\n\n" + old.rpartition("\n\n")[2],
    )
    assert "not checked" in bent.check().signature
    with pytest.raises(ReceiptInvalid, match=r"The signature of .* is not valid"):
        bent.check(server.log.vkey)


def test_without_a_key_it_says_that_nothing_was_checked(client):
    check = log_some(client, 1)[0].check()
    assert str(check) == (
        "Entry 0 is in the log log.example/bank/credit-abc123 at size 1; "
        "signature not checked: no verifier key was given."
    )


def test_without_the_library_plain_python_finds_the_same(client, server, monkeypatch):
    receipt = log_some(client, 1)[0]
    monkeypatch.setattr(notes, "HAS_CRYPTOGRAPHY", False)
    assert receipt.check(server.log.vkey).signature == "valid"
    text, signatures = receipt.checkpoint.rsplit("\n\n", 1)
    moved = replace(receipt, checkpoint=f"{text}\nextension\n\n{signatures}")
    with pytest.raises(ReceiptInvalid, match=r"The signature of .* is not valid"):
        moved.check(server.log.vkey)


def _vkey_of_another(name):
    key = notes.ED25519 + ANOTHER_KEY
    key_id = notes.hashlib.sha256(f"{name}\n".encode() + key).digest()[:4]
    return f"{name}+{key_id.hex()}+{notes.binascii.b2a_base64(key).decode().strip()}"
