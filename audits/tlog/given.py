"""What the command line was given: files, and the keys that the reader trusts."""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from audits.tlog import rotation
from audits.tlog.elsewhere import key_needs
from audits.tlog.hashing import ProofInvalid
from audits.tlog.note import KindUnknown, Verifier, parse_vkey
from audits.tlog.report import Report
from audits.tlog.vouch import Others


class Usage(Exception):
    """The command cannot be carried out as given."""


class KeyElsewhere(Usage):
    """A key that other programs can use, but not this one."""


def read(name: str) -> bytes:
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise Usage(f"cannot read {name}: {error.strerror}") from error


def _keys(texts: Sequence[str], report: Report) -> Verifier:
    """Return the log's keys as one; a key that needs more is reported."""
    found: dict[Verifier, None] = {}
    elsewhere: list[str] = []
    for text in texts:
        inline = text.count("+") >= 2
        for line in (text if inline else _read_text(text)).splitlines() or [""]:
            try:
                found[_key(line)] = None
            except KeyElsewhere as error:
                elsewhere.append(str(error))
    if not found:
        raise Usage(elsewhere[0])
    if len({each.name for each in found}) > 1:
        raise Usage("the verifier keys are of different logs")
    report.unchecked += elsewhere
    first, *more = found
    return replace(first, also=tuple(more))


def _read_text(name: str) -> str:
    try:
        return read(name).decode()
    except UnicodeDecodeError as error:
        raise Usage(f"the verifier key cannot be used: {error}") from error


def log_keys(options: argparse.Namespace, report: Report) -> Verifier:
    """Return the log's keys: those given, and those that its rotations lead to."""
    given = _keys(options.vkey, report)
    if options.rotations is None or options.command == "fsck":
        return given
    try:
        found, steps = rotation.follow(
            given, rotation.parse_file(read(options.rotations))
        )
    except ProofInvalid as error:
        raise Usage(f"{options.rotations}: {error}") from error
    rotation.report_steps(report, given, steps)
    return found


def _key(text: str) -> Verifier:
    try:
        return parse_vkey(text)
    except KindUnknown as error:
        needs = key_needs(error.kind)
        raise KeyElsewhere(f"signatures of {error.name}: {needs}") from error
    except ProofInvalid as error:
        raise Usage(f"the verifier key cannot be used: {error}") from error


def cosigners(options: argparse.Namespace, report: Report) -> list[Verifier]:
    """Return the cosigners' keys; one that needs more is reported as not checked."""
    found = []
    for text in options.witness:
        try:
            found.append(_key(text if text.count("+") >= 2 else _read_text(text)))
        except KeyElsewhere as error:
            report.unchecked.append(str(error))
    return found


def others(
    options: argparse.Namespace, witnesses: Sequence[Verifier], report: Report
) -> Others:
    meta = _keys(options.meta, report) if options.meta else None
    rotations = read(options.rotations) if options.rotations else None
    return Others(witnesses, meta, options.unpack, rotations)
