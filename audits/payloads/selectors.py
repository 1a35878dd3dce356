"""The keys of logs as they stand, and what payloads say, read for pages."""

from collections.abc import Mapping
from time import monotonic
from typing import Any

from django.db import connection
from django.db.models import F, Q
from structlog import get_logger

from audits.log.models import Log
from audits.payloads.encoding import Part, SealBroken, unseal
from audits.payloads.keys import KeyDestroyed, Keys, KeysUnusable, unwrap, wrap
from audits.payloads.models import KeyTree, Payload

logger = get_logger(__name__)
# LIMIT: a key that was taken away stays in another process's memory for so long. What
# it opened is deleted by then, and nothing new is sealed with it: see Keys.version.
KEPT_SECONDS = 60.0
_kept: dict[str, tuple[float, Keys]] = {}


def keys_of(log: Log) -> Keys:
    """The keys of a log, made when it has none yet.

    Raises KeysUnusable when what is stored does not open, or is gone.
    """
    found = _kept.get(log.origin)
    if found is not None and found[0] > monotonic():
        return found[1]
    keys = stored_keys(log)
    # Within a transaction they may be its own, and gone with it.
    if not connection.in_atomic_block:
        _kept[log.origin] = (monotonic() + KEPT_SECONDS, keys)
    return keys


def stored_keys(log: Log) -> Keys:
    """The same as they are stored now, whatever this process remembers."""
    row = KeyTree.objects.filter(log=log).first()
    if row is None:
        if Payload.objects.filter(log=log).exists():
            raise KeysUnusable(
                f"The keys of the log {log.origin} are gone from audits_key_tree, and "
                "no payload of it can be read without them. Only the owner of the "
                "tables can have removed them: put them back from their own backup."
            )
        new = KeyTree(log=log, wrapped=wrap(Keys.new(log.origin)))
        # Two who make them at once must go on with the same ones.
        KeyTree.objects.bulk_create([new], ignore_conflicts=True)
        row = KeyTree.objects.get(log=log)
    return unwrap(log.origin, row.version, bytes(row.wrapped))


def check_keys() -> None:
    """Raise KeysUnusable when the keys of the newest log do not open.

    Or when a log's are from an old copy: they open what was erased since.
    """
    old = KeyTree.objects.filter(version__lt=F("log__head__keys")).first()
    if old is not None:
        raise KeysUnusable(
            f"The keys of the log {old.log.origin} were restored from a copy: they are "
            f"of version {old.version}, and {old.log.head.keys - old.version} of its "
            "persons were erased since. Destroy their keys again: "
            "manage.py replay_erasures."
        )
    tree = KeyTree.objects.select_related("log").order_by("-log").first()
    if tree is not None:
        unwrap(tree.log.origin, tree.version, bytes(tree.wrapped))


def forget_keys_of(log: Log) -> None:
    """Read the keys anew when they are next asked for."""
    _kept.pop(log.origin, None)


def read_parts(log: Log, idx: int) -> list[Part]:
    """The parts of one entry; none when they were erased.

    Raises SealBroken when what is stored does not open.
    """
    row = Payload.objects.filter(log=log, idx=idx).first()
    return [] if row is None else opened(keys_of(log), row.key, bytes(row.sealed))


def read_parts_about_nobody(log: Log, idx: int) -> list[Part]:
    """The parts of one entry that is about no person; none of any other.

    For what is handed out and out of reach when somebody is to be erased.
    """
    row = Payload.objects.filter(log=log, idx=idx).first()
    keys = keys_of(log)
    nobody = int.from_bytes(keys.nobodys_tag(), "big", signed=True)
    if row is None or row.key != nobody:
        return []
    return opened(keys, row.key, bytes(row.sealed))


def opened(keys: Keys, key: int, sealed: bytes) -> list[Part]:
    """The parts out of a payload row's two columns; none when the key is destroyed."""
    try:
        secret = keys.key(key.to_bytes(8, "big", signed=True))
    except KeyDestroyed:
        return []
    return unseal(secret, keys.origin, sealed)


def read_values(wanted: Q) -> Mapping[tuple[int, int], dict[str, Any]]:
    """What the wanted payloads say, by log and index, then by role.

    One that does not open is left out: its own page says so.
    """
    rows = Payload.objects.filter(wanted).values_list("log", "idx", "key", "sealed")
    trees = KeyTree.objects.filter(log__in={row[0] for row in rows})
    keys = {
        tree.log_id: unwrap(tree.log.origin, tree.version, bytes(tree.wrapped))
        for tree in trees.select_related("log")
    }
    found = {}
    for log_id, idx, key, sealed in rows:
        try:
            parts = opened(keys[log_id], key, bytes(sealed))
        except SealBroken:
            logger.warning("payload_does_not_open", log=log_id, index=idx)
        else:
            found[log_id, idx] = {part.role: part.value() for part in parts}
    return found
