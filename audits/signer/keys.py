"""The signer's key files, and the keys that come out of them.

One master secret gives every log its key: seed = HKDF-SHA256(master secret, info =
purpose 0x00 name). So a log is opened without writing a key, and a backup of one file
is a backup of all keys.

SECURITY: a key that others can read, or that somebody could guess, is not used at all.
"""

import os
import re
import stat
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from audits.tlog import cose, note

MASTER = "master"
LOG_KEY = b"probatum log key v1"
WITNESS_KEY = b"probatum witness key v1"
# LIMIT: 32 bytes are an Ed25519 seed. A random text of 43 characters of base64 or 64
# of hexadecimal says as much, and has at least so many different characters.
LEAST_BYTES = 32
LEAST_DIFFERENT = 10
MOST_BYTES = 4096
WORDS = re.compile(rb"[A-Za-z]+(?:[ .,_-]+[A-Za-z]+)*")


class KeyRefused(Exception):
    """A key or its file that must not be used; says which, why, and what mends it."""


def check_folder(folder: Path) -> None:
    """Raise KeyRefused unless the folder is ours and nobody else can look into it."""
    _refuse_others(folder, os.lstat(folder), stat.S_ISDIR, "0700")


def read_key(path: Path) -> bytes:
    """What the file holds; KeyRefused when others can read it or it is weak."""
    try:
        # SECURITY: what is checked is what is read, and never through a link.
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        raise KeyRefused(f"{path} cannot be read: {error.strerror}.") from error
    with os.fdopen(handle, "rb") as file:
        _refuse_others(path, os.fstat(handle), stat.S_ISREG, "0600")
        content = file.read(MOST_BYTES).strip()
    check_strength(content, path)
    return content


def write_key(path: Path, content: bytes) -> None:
    """Keep a key in a file of its own that was not there before."""
    check_strength(content, path)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def check_strength(content: bytes, path: Path) -> None:
    """Raise KeyRefused for what is short, regular or made of words."""
    why = _weakness(content)
    if why:
        raise KeyRefused(
            f"{path} holds no key that is safe to sign with: {why}. Make one with: "
            "python -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )


def _weakness(content: bytes) -> str:
    steps = {(b - a) % 256 for a, b in pairwise(content)}
    is_words = WORDS.fullmatch(content) and content in (
        content.lower(),
        content.upper(),
    )
    reasons = {
        f"it has {len(content)} bytes, and at least {LEAST_BYTES} are needed": (
            len(content) < LEAST_BYTES
        ),
        "hardly any of its characters differ": len(set(content)) < LEAST_DIFFERENT,
        "it repeats itself": content in (content + content)[1:-1],
        "its characters follow one another by a rule": len(steps) < LEAST_DIFFERENT,
        "it is made of words": is_words,
    }
    return next((why for why, holds in reasons.items() if holds), "")


def _refuse_others(
    path: Path, found: os.stat_result, is_kind: Callable[[int], bool], mode: str
) -> None:
    if not is_kind(found.st_mode):
        raise KeyRefused(f"{path} is not what it has to be: a link, or another kind.")
    if found.st_uid != os.geteuid():
        raise KeyRefused(
            f"{path} belongs to user {found.st_uid}, and the signer is user "
            f"{os.geteuid()}: whoever owns a key can use it. Run: "
            f"chown {os.geteuid()} {path}"
        )
    if found.st_mode & 0o077:
        raise KeyRefused(
            f"{path} has mode {stat.S_IMODE(found.st_mode):04o}: others on this "
            f"machine can open it. Run: chmod {mode} {path}, and if anybody may have "
            "read it, rotate the keys."
        )


class Keys:
    """The keys that come out of one folder of key files."""

    def __init__(self, folder: Path) -> None:
        """Read the files; KeyRefused when one of them must not be used."""
        check_folder(folder)
        self._master = read_key(folder / MASTER)
        self._derived = lru_cache(maxsize=4096)(self._derive)

    def log(self, origin: str) -> note.Signer:
        """What signs the checkpoints of the log of this origin."""
        return self._derived(LOG_KEY, origin)

    def vkey(self, origin: str) -> str:
        """The verification key of the log (C2SP signed-note), to hand to everyone."""
        return note.vkey(origin, self.log(origin).public)

    def receipt(self, origin: str, root: bytes) -> tuple[bytes, bytes]:
        """The protected header of a COSE receipt, and its signature over the root.

        SECURITY: `audits.tlog.cose` says why it is never what a note signs.
        """
        log = self.log(origin)
        protected = cose.protected_header(
            note.Verifier(origin, note.ED25519, log.public)
        )
        return protected, log.sign(cose.to_be_signed(protected, root))

    def cosigner(self, name: str) -> note.Signer:
        """What cosigns other installations' checkpoints as the witness of this name.

        SECURITY: a key of its own, so that a cosignature is never a log's signature.
        """
        return self._derived(WITNESS_KEY, name)

    def _derive(self, purpose: bytes, name: str) -> note.Signer:
        info = purpose + b"\x00" + name.encode()
        seed = HKDF(SHA256(), 32, salt=None, info=info).derive(self._master)
        key = Ed25519PrivateKey.from_private_bytes(seed)
        public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return note.Signer(name, public, key.sign)
