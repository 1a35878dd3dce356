"""Report who vouches for a log besides its operator: witnesses, time stamps.

A time stamp's signer is never called good here: the report says which file it is about
and which command checks the rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from audits.tlog import anchor
from audits.tlog.anchor import Anchor, Held
from audits.tlog.checkpoint import Checkpoint, OpenedCheckpoint
from audits.tlog.elsewhere import signature_needs, stamp_needs
from audits.tlog.hashing import ProofInvalid
from audits.tlog.note import Verifier, parse_vkey
from audits.tlog.report import Report
from audits.tlog.timestamp import Stamp


@dataclass(frozen=True, slots=True)
class Others:
    """Whom the reader trusts besides the log, and where files may be written."""

    witnesses: Sequence[Verifier] = ()
    meta: Verifier | None = None
    """The meta-log's key; without it the one that came along is used, and said so."""
    unpack: Path | None = None
    rotations: bytes | None = None
    """A file of the log's rotations, where it does not lie with the log."""


NOBODY = Others()


def instant(at: datetime) -> str:
    """Return an instant as reports write it."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def verify_anchor(
    report: Report,
    where: str,
    found: Anchor,
    log: Verifier,
    others: Others,
    entry: tuple[int, bytes] | None = None,
    files: tuple[str, str] | None = None,
) -> Checkpoint | None:
    """Check an anchor, and with an entry that it covers that; return its checkpoint.

    `files` are the names of time stamp and stamped note, where these lie as files.
    """
    try:
        meta = others.meta or parse_vkey(found.meta)
        held = anchor.check(found, log, meta, others.witnesses)
        if entry is not None:
            anchor.check_path(found, *entry, held.checkpoint)
    except ProofInvalid as error:
        report.fault(where, error, file=where)
        return None
    covered = f"entry {entry[0]}, as it is," if entry else "the log's beginning"
    report.held.append(
        f"{where}: {covered} is under the checkpoint over {held.checkpoint.size} "
        f"entries, which entry {held.index} of the meta-log {meta.name} states"
    )
    if others.meta is None:
        report.unchecked.append(
            f"{where}: that {meta.name} is the meta-log: its key came with the file; "
            "give --meta"
        )
    if files is None and others.unpack and found.stamp:
        files = _unpack(others.unpack, found, held)
    report_vouching(report, where, held.meta, held.stamp, files)
    return held.checkpoint


def report_vouching(
    report: Report,
    where: str,
    opened: OpenedCheckpoint,
    stamp: Stamp | None,
    files: tuple[str, str] | None,
) -> None:
    """Say who cosigned the meta-log's checkpoint, and what its time stamp states."""
    cosigners = []
    for name, at in opened.note.times.items():
        said = instant(datetime.fromtimestamp(at, UTC))
        report.held.append(f"{where}: cosigned by {name} at {said}")
        cosigners.append({"name": name, "at": said})
    report.unchecked += [
        f"{where}: signature of {each.name} (key {each.key_id.hex()}): "
        f"{signature_needs(each)}"
        for each in opened.note.unknown
    ]
    report.anchors.append(
        {
            "where": where,
            "meta_size": opened.checkpoint.size,
            "witnesses": cosigners,
            "time_stamp": report_stamp(report, where, stamp, files) if stamp else None,
        }
    )


def report_stamp(
    report: Report, where: str, stamp: Stamp, files: tuple[str, str] | None
) -> dict[str, str]:
    """Say what a time stamp of these bytes states, and what checks its signer."""
    needs = stamp_needs(files)
    said = instant(stamp.at)
    report.unchecked.append(
        f"{where}: the time stamp is of the checkpoint's file and states {said}; "
        f"that an authority signed this: {needs}"
    )
    return {"at": said, "signer": "not checked", "check": needs}


def _unpack(folder: Path, found: Anchor, held: Held) -> tuple[str, str]:
    """Write time stamp and stamped note as files; return their names."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = folder / f"meta-{held.meta.checkpoint.size}"
    names = stem.with_suffix(".tsr"), stem.with_suffix(".checkpoint")
    names[0].write_bytes(found.stamp or b"")
    names[1].write_bytes(found.note)
    return str(names[0]), str(names[1])
