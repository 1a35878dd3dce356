"""Where a log's files are read from: a folder, or an http(s) address."""

import http.client
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, NoReturn, Protocol
from urllib.parse import urlsplit

from audits.tlog.hashing import HASH_SIZE, ProofInvalid
from audits.tlog.note import MAX_NOTE
from audits.tlog.tile import (
    ENTRIES,
    MAX_ENTRY,
    TILE_LEVELS,
    WIDTH,
    TileRef,
    decode_bundle,
    parse_path,
    split_hashes,
)

ANCHORS = "anchors"
MAX_ANCHOR = 4 << 20
TIMEOUT = 30.0
"""Seconds to wait for one answer of a server."""


class SourceUnreadable(Exception):
    """The log's files cannot be read, so nothing can be said of them."""


class FileMissing(ProofInvalid):
    """There is no such file, which may have its reason; a malformed one has none."""


class Source(Protocol):
    """Reads one file of a log."""

    def get(self, path: str, limit: int) -> bytes | None:
        """Return the file, None when there is none; at most limit + 1 bytes."""


class Folder:
    """A log in a folder, as `exportlog` or any mirror writes it."""

    def __init__(self, folder: Path) -> None:
        """Raise SourceUnreadable when there is no such folder."""
        if not folder.is_dir():
            raise SourceUnreadable(f"{folder} is not a folder")
        self.folder = folder

    def get(self, path: str, limit: int) -> bytes | None:
        """Return the file, None when there is none; at most limit + 1 bytes."""
        try:
            with (self.folder / path).open("rb") as file:
                return file.read(limit + 1)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise SourceUnreadable(f"cannot read {path}: {error.strerror}") from error

    def beside(self) -> list[str]:
        """Return the other files of the folder, such as time stamps."""
        names = (path.name for path in self.folder.iterdir() if path.is_file())
        return sorted(name for name in names if name != "checkpoint")

    def anchors(self) -> dict[str, bytes]:
        """Return the files of `anchors/`: who vouches for the log, and when."""
        found = {}
        for path in sorted(self.folder.glob(f"{ANCHORS}/*")):
            data = self.get(f"{ANCHORS}/{path.name}", MAX_ANCHOR)
            if path.is_file() and data is not None and len(data) <= MAX_ANCHOR:
                found[str(path)] = data
        return found

    def surplus(self, size: int) -> list[str]:
        """Return the files under tile/ that a log of `size` entries does not have."""
        paths = (self.folder / "tile").rglob("*")
        names = (p.relative_to(self.folder).as_posix() for p in paths if p.is_file())
        return sorted(name for name in names if not _belongs(name, size))


def _belongs(path: str, size: int) -> bool:
    try:
        level, n, width = parse_path(path)
    except ValueError:
        return False
    full, rest = divmod(size >> TILE_LEVELS * max(level, 0), WIDTH)
    return n < full if width == WIDTH else (n, width) == (full, rest)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Refuses redirects: the next address would receive our authorization header."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> None:
        """Follow nowhere, so that the answer arrives as an error."""


class Address:
    """A log behind http(s), such as https://host/log/ORIGIN."""

    def __init__(self, address: str, headers: Mapping[str, str]) -> None:
        """Raise SourceUnreadable for an address of any other kind."""
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise SourceUnreadable(f"only http and https addresses: {address}")
        if parts.query or parts.fragment or parts.username:
            raise SourceUnreadable("the address has more than a host and a path")
        self.address = address.rstrip("/")
        self.headers = dict(headers)
        self.opener = urllib.request.build_opener(_NoRedirect)

    def __reduce__(self) -> tuple[type["Address"], tuple[str, dict[str, str]]]:
        """Go to another process as an address; connections stay where they are."""
        return Address, (self.address, self.headers)

    def get(self, path: str, limit: int) -> bytes | None:
        """Return the file, None when there is none; at most limit + 1 bytes."""
        request = urllib.request.Request(  # noqa: S310 - the scheme was checked
            f"{self.address}/{path}", headers=self.headers
        )
        try:
            with self.opener.open(request, timeout=TIMEOUT) as answer:
                data: bytes = answer.read(limit + 1)
                return data
        except urllib.error.HTTPError as error:
            error.close()
            if error.code in (404, 410):
                return None
            self._give_up(path, f"status {error.code} {error.reason}")
        except (OSError, http.client.HTTPException) as error:
            self._give_up(path, str(error) or type(error).__name__)

    def _give_up(self, path: str, reason: str) -> NoReturn:
        hint = " (is a --header with the key needed?)" if "40" in reason else ""
        raise SourceUnreadable(f"cannot read {self.address}/{path}: {reason}{hint}")


def open_source(place: str, headers: Mapping[str, str]) -> Source:
    """Return the reader of a folder or an address."""
    return Address(place, headers) if "://" in place else Folder(Path(place))


def read_checkpoint(source: Source) -> bytes:
    """Return the log's checkpoint; ProofInvalid when it has none."""
    data = source.get("checkpoint", MAX_NOTE)
    if data is None:
        raise ProofInvalid("the file is missing")
    return data


def _read(source: Source, ref: TileRef, limit: int) -> tuple[bytes, int]:
    """Return a tile's bytes and its width: a full one serves for a partial one."""
    for each in dict.fromkeys([ref, TileRef(ref.level, ref.n)]):
        data = source.get(each.path, limit)
        if data is not None:
            return data, each.width
    raise FileMissing("the file is missing")


def read_hashes(source: Source, ref: TileRef) -> list[bytes]:
    """Return the hashes of a tile; ProofInvalid when it is missing or malformed."""
    data, width = _read(source, ref, WIDTH * HASH_SIZE)
    if len(data) != width * HASH_SIZE:
        found = f"{len(data)} bytes" if len(data) <= WIDTH * HASH_SIZE else "more"
        raise ProofInvalid(f"the tile has {width * HASH_SIZE} bytes, found {found}")
    return split_hashes(data)[: ref.width]


def read_entries(source: Source, n: int, width: int) -> list[bytes]:
    """Return the entries of a bundle; ProofInvalid when missing or malformed."""
    data, stored = _read(source, TileRef(ENTRIES, n, width), WIDTH * (2 + MAX_ENTRY))
    return decode_bundle(data, stored)[:width]


def read_tiles(source: Source, refs: Sequence[TileRef]) -> dict[TileRef, bytes]:
    """Return the bytes of these hash tiles; ProofInvalid names one that is wrong."""
    found = {}
    for ref in refs:
        try:
            found[ref] = b"".join(read_hashes(source, ref))
        except ProofInvalid as error:
            raise ProofInvalid(f"{ref.path}: {error}") from error
    return found
