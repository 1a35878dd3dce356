"""The signer's key files, and the keys that come out of them.

One master secret gives every log its key: seed = HKDF-SHA256(master secret, info =
purpose 0x00 name). So a log is opened without writing a key, and a backup of one file
is a backup of all keys. A rotation puts a new master beside the ones before:
`master.2`, `master.3`; which of them a log's keys come from is in the state.

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
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from audits.tlog import cose, note, subtree
from audits.tlog.checkpoint import Checkpoint

MASTER = "master"
LOG_KEY = b"probatum log key v1"
WITNESS_KEY = b"probatum witness key v1"
ML_DSA_KEY = b"probatum log key ml-dsa-44 v1"
FIRST = 1
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
        self._folder = folder
        self._masters = {FIRST: read_key(folder / MASTER)}
        for master in range(FIRST + 1, self.newest() + 1):
            self._secret(master)
        self._derived = lru_cache(maxsize=4096)(self._derive)

    def newest(self) -> int:
        """The number of the newest master file."""
        found = FIRST
        while self._path(found + 1).exists():
            found += 1
        return found

    def add_master(self) -> int:
        """Put a new master beside the ones before; returns its number."""
        number = self.newest() + 1
        write_key(self._path(number), os.urandom(48).hex().encode())
        return number

    def log(self, origin: str, master: int = FIRST) -> note.Signer:
        """What signs the checkpoints of the log of this origin."""
        return self._derived(LOG_KEY, origin, master)

    def vkey(self, origin: str, master: int = FIRST) -> str:
        """The verification key of the log (C2SP signed-note), to hand to everyone."""
        return note.vkey(origin, self.log(origin, master).public)

    def receipt(self, origin: str, root: bytes, master: int) -> tuple[bytes, bytes]:
        """The protected header of a COSE receipt, and its signature over the root.

        SECURITY: `audits.tlog.cose` says why it is never what a note signs.
        """
        log = self.log(origin, master)
        protected = cose.protected_header(
            note.Verifier(origin, note.ED25519, log.public)
        )
        return protected, log.sign(cose.to_be_signed(protected, root))

    def ml_dsa_line(self, stated: Checkpoint, master: int, at: int) -> str:
        """The log's ML-DSA-44 signature, as a line under its checkpoint.

        SECURITY: a key of its own; what it signs begins with a label that no note has.
        """
        key, public = self._ml_dsa(stated.origin, master)
        value = key.sign(subtree.subtree(stated.origin, at, stated))
        return subtree.signature(stated.origin, public, at, value).line()

    def ml_dsa_vkey(self, origin: str, master: int) -> str:
        """The key that checks these lines, to hand to everyone."""
        return subtree.vkey(origin, self._ml_dsa(origin, master)[1])

    def _ml_dsa(self, origin: str, master: int) -> tuple[MLDSA44PrivateKey, bytes]:
        seed = self._seed(ML_DSA_KEY, origin, master)
        key = MLDSA44PrivateKey.from_seed_bytes(seed)
        return key, key.public_key().public_bytes_raw()

    def cosigner(self, name: str, master: int = FIRST) -> note.Signer:
        """What cosigns other installations' checkpoints as the witness of this name.

        SECURITY: a key of its own, so that a cosignature is never a log's signature.
        """
        return self._derived(WITNESS_KEY, name, master)

    def _derive(self, purpose: bytes, name: str, master: int) -> note.Signer:
        key = Ed25519PrivateKey.from_private_bytes(self._seed(purpose, name, master))
        public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return note.Signer(name, public, key.sign)

    def _seed(self, purpose: bytes, name: str, master: int) -> bytes:
        info = purpose + b"\x00" + name.encode()
        return HKDF(SHA256(), 32, salt=None, info=info).derive(self._secret(master))

    def _secret(self, master: int) -> bytes:
        # A master that was added since we started is read when it is needed.
        if master not in self._masters:
            self._masters[master] = read_key(self._path(master))
        return self._masters[master]

    def _path(self, master: int) -> Path:
        return self._folder / (MASTER if master == FIRST else f"{MASTER}.{master}")
