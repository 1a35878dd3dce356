"""What changed in the law and in the data of this room, when, why, and by which source.

`changelog.toml` has an entry for each change. The newest entry that touches the data
records a digest of them, so that nobody changes the data without saying so: a test
compares it. The digest goes by what the files say, not by comments, layout or the day
on which a source was last compared.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from governance.law.check import LawDataInvalid
from governance.law.definitions import definitions
from governance.law.known import known
from governance.law.load import law
from governance.law.model import Source
from governance.law.sources import source
from governance.law.value_chain import DATA as VALUE_CHAIN
from governance.law.verdict import plain

ROOM = Path(__file__).parent
FILE = ROOM / "changelog.toml"
FOLDERS = ("provisions", "duties", "limits", "documents", "registration")
KINDS = frozenset({"law", "data"})
NEEDED = frozenset({"id", "on", "kind", "what", "why", "source", "ids"})
FIELDS = NEEDED | {"edition", "digest"}


@dataclass(frozen=True, slots=True)
class Change:
    """One change: of the `law`, which brings an edition, or of our `data` alone.

    `ids` are those that it touches; `digest` is that of the data as it left them.
    """

    id: str
    on: date
    kind: str
    what: str
    why: str
    source: str
    ids: tuple[str, ...]
    edition: str = ""
    digest: str = ""


@cache
def changes() -> tuple[Change, ...]:
    """All changes, the oldest first."""
    return read(FILE)


def files(room: Path = ROOM) -> dict[str, dict[str, Any]]:
    """What each data file says, by its name such as `provisions/scope`."""
    paths = [path for name in FOLDERS for path in (room / name).glob("*.toml")]
    return {
        path.relative_to(room).with_suffix("").as_posix(): tomllib.loads(
            path.read_text("utf-8")
        )
        for path in sorted([*paths, room / VALUE_CHAIN.name])
    }


def sources(room: Path = ROOM) -> dict[str, Source]:
    """What each data file rests on. Raises LawDataInvalid where a file does not say."""
    found = {
        name: source(name, tables.get("source", {}))
        for name, tables in files(room).items()
    }
    editions = {edition.id for edition in law().editions}
    for name, item in found.items():
        if item.edition and item.edition not in editions:
            raise LawDataInvalid(name, "source", f"no edition is {item.edition!r}")
    return found


def digest(room: Path = ROOM) -> str:
    """What tells one state of the data from another, by what they say."""
    said = {
        name: {key: value for key, value in tables.items() if key != "source"}
        for name, tables in files(room).items()
    }
    text = json.dumps(said, default=date.isoformat, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def _carried() -> tuple[str, dict[str, Source]]:
    """The digest and the sources of the data that this package carries, read once."""
    return digest(), sources()


def described() -> bool:
    """Whether the newest entry about the data tells of the data as they are."""
    return _newest(changes()) == _carried()[0]


def as_json(since: date | None = None, id_: str | None = None) -> dict[str, Any]:
    """The changes as plain JSON values, with the sources and where they stop.

    `since` leaves older entries out, `id_` those that do not touch an id.
    """
    status = law().source.status_unknown_after
    return {
        "digest": _carried()[0],
        "described": described(),
        "status_unknown_after": str(status),
        "pending": list(law().source.pending),
        "changes": [
            plain(item)
            for item in changes()
            if (since is None or since <= item.on) and (id_ is None or id_ in item.ids)
        ],
        "sources": {
            name: {key: value for key, value in plain(item).items() if value}
            for name, item in _carried()[1].items()
        },
    }


def read(file: Path) -> tuple[Change, ...]:
    """Read and check the changes. Raises LawDataInvalid naming the entry; OSError."""
    rows = tomllib.loads(file.read_text("utf-8"))["change"]
    found = tuple(_change(row) for row in rows)
    if [item.on for item in found] != sorted(item.on for item in found):
        raise LawDataInvalid("changelog", "-", "the oldest change stands first")
    if len({item.id for item in found}) < len(found):
        raise LawDataInvalid("changelog", "-", "an id stands there twice")
    if not _newest(found):
        raise LawDataInvalid("changelog", "-", "no entry about the data has a digest")
    return found


def _newest(found: Iterable[Change]) -> str:
    return ["", *(item.digest for item in found if item.kind == "data")][-1]


def _change(row: Mapping[str, Any]) -> Change:
    name = str(row.get("id", "-"))
    strangers = sorted(set(row) - FIELDS)
    gaps = sorted(key for key in NEEDED if not row.get(key))
    if strangers or gaps:
        what = f"lacks {gaps}, does not know {strangers}"
        raise LawDataInvalid("changelog", name, what)
    words = {item.id for item in definitions()}
    editions = {edition.id for edition in law().editions}
    unknown = sorted(set(row["ids"]) - known() - {f"word.{word}" for word in words})
    if unknown or row["kind"] not in KINDS:
        raise LawDataInvalid("changelog", name, f"there is no {unknown or row['kind']}")
    if (row["kind"] == "law") is not (row.get("edition") in editions):
        raise LawDataInvalid(
            "changelog", name, "only a change of the law has an edition"
        )
    return Change(**{**row, "ids": tuple(row["ids"])})
