"""Each log's Ed25519 key, derived from one master secret that is in no database.

seed = HKDF-SHA256(master secret, info = "probatum log key v1" 0x00 origin): a log
is opened without storing a key, and the database alone can sign nothing.
"""

from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from audits.tlog import note

LOG_KEY = b"probatum log key v1"
WITNESS_KEY = b"probatum witness key v1"


@lru_cache(maxsize=4096)
def _signer(origin: str, master: str, purpose: bytes = LOG_KEY) -> note.Signer:
    info = purpose + b"\x00" + origin.encode()
    seed = HKDF(SHA256(), 32, salt=None, info=info).derive(master.encode())
    key = Ed25519PrivateKey.from_private_bytes(seed)
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return note.Signer(origin, public, key.sign)


def signer(origin: str) -> note.Signer:
    """What signs the checkpoints of the log of this origin."""
    return _signer(origin, settings.LOG_MASTER_SECRET)


def vkey(origin: str) -> str:
    """The verification key of the log (C2SP signed-note), to hand to everyone."""
    return note.vkey(origin, signer(origin).public)


def cosigner(name: str) -> note.Signer:
    """What cosigns other installations' checkpoints as the witness of this name.

    SECURITY: a key of its own, so that a cosignature is never a log's signature.
    """
    return _signer(name, settings.LOG_MASTER_SECRET, WITNESS_KEY)
