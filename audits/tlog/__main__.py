"""The verifier's command line: verify, fsck, pack.

Exit status: 0 the evidence holds, 1 it does not hold, 2 nothing could be checked.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from io import TextIOWrapper
from pathlib import Path

from audits.tlog import bundle, cose, fsck, verify
from audits.tlog.documents import load_json
from audits.tlog.given import Usage, cosigners, log_keys, others, read
from audits.tlog.hashing import ProofInvalid
from audits.tlog.note import Verifier
from audits.tlog.progress import Bar
from audits.tlog.proof import HEADER
from audits.tlog.report import LimitReached, Report
from audits.tlog.source import Source, SourceUnreadable, open_source
from audits.tlog.zipapp_build import build_verifier

HOLDS, DOES_NOT_HOLD, NOT_CHECKED = 0, 1, 2
MAX_KEPT = bundle.MAX_BUNDLE


def _parser() -> argparse.ArgumentParser:
    packed = Path(sys.argv[0]).suffix == ".pyz"
    parser = argparse.ArgumentParser(
        prog=Path(sys.argv[0]).name if packed else "python -m audits.tlog",
        description="Check the evidence of a transparency log, trusting nobody.",
        epilog="Exit status: 0 it holds, 1 it does not hold, 2 nothing was checked.",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser(
        "verify",
        help="a proof, a receipt, an event bundle, a checkpoint, or two checkpoints",
    )
    check.add_argument("files", nargs="+", metavar="FILE", help="one, or OLD and NEW")
    check.add_argument("--entry", metavar="FILE", help="the entry a proof is about")
    check.add_argument(
        "--payload",
        metavar="FILE",
        action="append",
        default=[],
        help='a disclosed part: JSON {"role", "salt", "data"} (base64), or a list',
    )
    check.add_argument("--log", metavar="FOLDER|URL", help="where hashes are read from")
    check.add_argument("--proof", metavar="FILE", help="a consistency proof")
    whole = commands.add_parser("fsck", help="a whole log, entry by entry")
    whole.add_argument("place", metavar="FOLDER|URL")
    whole.add_argument("--limit", type=int, default=100, help="faults to list, at most")
    whole.add_argument(
        "--jobs",
        type=int,
        default=os.cpu_count() or 1,
        metavar="N",
        help="processes that share the work; without it one for each core",
    )
    whole.add_argument(
        "--kept",
        action="append",
        default=[],
        metavar="FILE|FOLDER",
        help="what you kept of this log: checkpoints, receipts, event bundles with "
        "disclosed payloads; the log must begin with all of them, unchanged",
    )
    for each in (check, whole):
        _common(each)
    pack = commands.add_parser("pack", help="write this verifier as one file")
    pack.add_argument("file", metavar="FILE")
    return parser


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--vkey",
        required=True,
        action="append",
        help="the log's verifier key (NAME+ID+KEY) or a file with it, from a source "
        "you trust: a key that travels with a proof proves nothing; more than once "
        "for a log whose key was changed",
    )
    parser.add_argument(
        "--rotations",
        metavar="FILE",
        help="how the log's key was changed (rotations.json), if not with the log",
    )
    parser.add_argument(
        "--witness",
        metavar="VKEY",
        action="append",
        default=[],
        help="a cosigner's key; its signature must be good where it is present",
    )
    parser.add_argument(
        "--meta",
        metavar="VKEY",
        action="append",
        default=[],
        help="the key of the meta-log, for anchors",
    )
    parser.add_argument(
        "--unpack", metavar="FOLDER", type=Path, help="write time stamps there"
    )
    parser.add_argument(
        "--header", action="append", default=[], help="for a URL: 'Name: value'"
    )
    parser.add_argument("--json", action="store_true", help="report for programs")


def _headers(lines: Sequence[str]) -> dict[str, str]:
    found = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name.strip() or not line.isprintable():
            raise Usage("--header takes 'Name: value'")
        found[name.strip()] = value.strip()
    return found


def _source(place: str, options: argparse.Namespace) -> Source:
    return open_source(place, _headers(options.header))


def _verify(options: argparse.Namespace, report: Report) -> None:
    log, witnesses = log_keys(options, report), cosigners(options, report)
    first, *more = options.files
    data = read(first)
    if len(more) == 1:
        _verify_pair(options, report, log, witnesses)
    elif more:
        raise Usage("verify takes one file, or an old and a new checkpoint")
    elif data.startswith((HEADER.encode(), cose.MARK)):
        _verify_entry(options, report, data, log, witnesses)
    elif data.lstrip().startswith(b"{"):
        _verify_bundle(options, report, data, log, witnesses)
    else:
        verify.verify_checkpoint(report, first, data, log, witnesses)


def _verify_entry(
    options: argparse.Namespace,
    report: Report,
    data: bytes,
    log: Verifier,
    witnesses: Sequence[Verifier],
) -> None:
    if options.entry is None:
        raise Usage("a proof is about an entry: give its file with --entry")
    [where], entry = options.files, read(options.entry)
    if data.startswith(cose.MARK):
        verify.verify_receipt(report, where, data, entry, log)
    else:
        verify.verify_proof(report, where, data, entry, log, witnesses)
    _verify_payloads(options, report, entry)


def _verify_bundle(
    options: argparse.Namespace,
    report: Report,
    data: bytes,
    log: Verifier,
    witnesses: Sequence[Verifier],
) -> None:
    if options.entry or options.payload:
        raise Usage("an event bundle holds its entry and its payload itself")
    [where] = options.files
    try:
        found = bundle.parse(data)
    except ProofInvalid as error:
        report.fault(where, error)
    else:
        verify.verify_bundle(
            report, where, found, log, others(options, witnesses, report)
        )


def _verify_payloads(options: argparse.Namespace, report: Report, entry: bytes) -> None:
    parts = []
    for name in options.payload:
        try:
            parts += bundle.parse_parts(load_json(read(name), "the payload"))
        except ProofInvalid as error:
            report.fault(name, error)
    verify.verify_parts(report, options.entry, entry, parts)


def _verify_pair(
    options: argparse.Namespace,
    report: Report,
    log: Verifier,
    witnesses: Sequence[Verifier],
) -> None:
    if (options.log is None) == (options.proof is None):
        raise Usage("two checkpoints need --log FOLDER|URL, or else --proof FILE")
    place = options.log or options.proof
    given = _source(place, options) if options.log else read(place)
    old, new = (
        verify.verify_checkpoint(report, name, read(name), log, witnesses)
        for name in options.files
    )
    if old is not None and new is not None:
        verify.verify_pair(report, place, (old, new), given)


def _kept(places: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Yield the files that were kept; a folder stands for all files in it."""
    for place in places:
        folder = Path(place)
        files = sorted(folder.iterdir()) if folder.is_dir() else [folder]
        for file in files:
            if file.is_file() or file == folder:
                yield str(file), _read_some(file)


def _read_some(file: Path) -> bytes:
    """Return the file, one byte more than a bundle may have at most."""
    try:
        with file.open("rb") as opened:
            return opened.read(MAX_KEPT + 1)
    except OSError as error:
        raise Usage(f"cannot read {file}: {error.strerror}") from error


def _fsck(options: argparse.Namespace, report: Report) -> None:
    log, witnesses = log_keys(options, report), cosigners(options, report)
    report.limit = max(1, options.limit)
    bar = Bar(sys.stderr)
    audit = fsck.Audit(
        _source(options.place, options), report, bar, max(1, options.jobs)
    )
    try:
        audit.run(log, others(options, witnesses, report), _kept(options.kept))
    finally:
        bar.close()


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out one command and return its exit status."""
    options = _parser().parse_args(arguments)
    if options.command == "pack":
        print(build_verifier(options.file), options.file)
        return HOLDS
    # A terminal that cannot show a character must not hide the verdict.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    report = Report(options.command)
    try:
        (_verify if options.command == "verify" else _fsck)(options, report)
    except LimitReached:
        report.conclusions.append("stopped: too many faults to list")
    except (Usage, SourceUnreadable) as error:
        print(f"nothing was checked: {error}", file=sys.stderr)
        return NOT_CHECKED
    except KeyboardInterrupt:
        print("stopped before the end: nothing can be said", file=sys.stderr)
        return NOT_CHECKED
    if options.json:
        print(json.dumps(report.as_json(), indent=1))
    else:
        print("\n".join(report.lines()))
    return HOLDS if report.holds else DOES_NOT_HOLD


if __name__ == "__main__":
    raise SystemExit(main())
