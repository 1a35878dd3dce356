"""Attacks by somebody who holds the log's key and can count: what SQL alone cannot do.

Whoever operates an installation can do all of this. What is made fits together: only
what somebody kept outside contradicts it.
"""

from hashlib import sha256

import psycopg
from django.conf import settings

from audits.signer.keys import Keys
from audits.tlog import note
from audits.tlog.checkpoint import Checkpoint
from audits.tlog.compact import Compact, batch_proofs
from audits.tlog.hashing import fold, leaf_hash
from audits.tlog.tile import WIDTH
from governance.drill.world import Kept

CUT = 390
REWRITTEN = 17


def sign_with_the_key(checkpoint: Checkpoint) -> str:
    """A signed note by whoever has the key files, whatever the signer thinks of it."""
    key = Keys(settings.SIGNER_DIR).log(checkpoint.origin)
    return str(note.sign(checkpoint.text(), [key]))


def sign_another_root(connection: psycopg.Connection, kept: Kept) -> None:
    """Give a saved checkpoint a root that the log never had, and a good signature."""
    size = Checkpoint(kept.origin, 282, sha256(b"another").digest())
    connection.execute(
        "UPDATE audits_checkpoint SET note = %s WHERE log_id = %s AND size = 282",
        [sign_with_the_key(size), kept.log],
    )


def cut_the_tail(connection: psycopg.Connection, kept: Kept) -> None:
    """Forget the newest entries, and everything that speaks of them."""
    connection.execute(
        "DELETE FROM audits_checkpoint WHERE log_id = %s AND size > %s",
        [kept.log, CUT],
    )
    for table in ("payload", "event_id", "trail", "review", "entry"):
        connection.execute(
            f"DELETE FROM audits_{table} WHERE log_id = %s AND idx >= %s",  # noqa: S608
            [kept.log, CUT],
        )
    rebuild(connection, kept)


def rewrite_history(connection: psycopg.Connection, kept: Kept) -> None:
    """Make one prediction another one, as if it had never been different."""
    row = connection.execute(
        "SELECT entry FROM audits_entry WHERE log_id = %s AND idx = %s",
        [kept.log, REWRITTEN],
    ).fetchone()
    entry = (row or [b""])[0].replace(b'"mv":"credit-1"', b'"mv":"credit-2"')
    connection.execute(
        "UPDATE audits_entry SET entry = %s, leaf_hash = %s,"
        " model_version = 'credit-2' WHERE log_id = %s AND idx = %s",
        [entry, leaf_hash(entry), kept.log, REWRITTEN],
    )
    rebuild(connection, kept)


def rebuild(connection: psycopg.Connection, kept: Kept) -> None:
    """Make tiles, head and saved checkpoints anew from the entries, and sign them."""
    hashes = [
        row[0]
        for row in connection.execute(
            "SELECT leaf_hash FROM audits_entry WHERE log_id = %s ORDER BY idx",
            [kept.log],
        )
    ]
    proofs = batch_proofs(Compact(), hashes)
    for level, row in enumerate(proofs.tile_rows):
        for n in range(len(row) // WIDTH):
            tile = row[n * WIDTH : (n + 1) * WIDTH]
            connection.execute(
                "UPDATE audits_tile SET data = %s, root = %s"
                " WHERE log_id = %s AND level = %s AND n = %s",
                [b"".join(tile), fold(tile), kept.log, level, n],
            )
    connection.execute(
        "UPDATE audits_head SET size = %s, root = %s, peaks = %s, received_at ="
        " (SELECT max(received_at) FROM audits_entry WHERE log_id = %s)"
        " WHERE log_id = %s",
        [len(hashes), proofs.root, proofs.after.to_bytes(), kept.log, kept.log],
    )
    sizes = connection.execute(
        "SELECT size FROM audits_checkpoint WHERE log_id = %s", [kept.log]
    ).fetchall()
    for (size,) in sizes:
        root = Compact().append(hashes[:size]).root()
        connection.execute(
            "UPDATE audits_checkpoint SET note = %s WHERE log_id = %s AND size = %s",
            [sign_with_the_key(Checkpoint(kept.origin, size, root)), kept.log, size],
        )
