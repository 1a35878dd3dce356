"""ML-DSA-44 cosignatures (c2sp.org/tlog-cosignature): what is signed, and its line.

A log signs its anchored checkpoints with such a key too, for readers of a time in
which Ed25519 can be broken. Checking one takes a cryptography library: nothing here
calls it good.
"""

from audits.tlog.checkpoint import Checkpoint
from audits.tlog.encoding import to_base64
from audits.tlog.note import ML_DSA_44, Signature, key_id

PUBLIC_SIZE = 1312
SIGNATURE_SIZE = 2420
LABEL = b"subtree/v1\n\x00"


def subtree(cosigner: str, at: int, stated: Checkpoint) -> bytes:
    """Return what is signed: that at this Unix time the whole tree was this one."""
    names = (text.encode() for text in (cosigner, stated.origin))
    name, origin = (bytes([len(each)]) + each for each in names)
    numbers = (0).to_bytes(8, "big") + stated.size.to_bytes(8, "big")
    return LABEL + name + at.to_bytes(8, "big") + origin + numbers + stated.root


def signature(name: str, public: bytes, at: int, value: bytes) -> Signature:
    """Return the signature whose line goes under the checkpoint."""
    if (len(public), len(value)) != (PUBLIC_SIZE, SIGNATURE_SIZE):
        raise ValueError("not an ML-DSA-44 key with its signature")
    return Signature(
        name, key_id(name, ML_DSA_44, public), at.to_bytes(8, "big") + value
    )


def vkey(name: str, public: bytes) -> str:
    """Return the verifier key, to hand to whoever has a program for such keys."""
    short = key_id(name, ML_DSA_44, public).hex()
    return f"{name}+{short}+{to_base64(bytes([ML_DSA_44]) + public)}"
