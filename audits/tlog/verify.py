"""Check a proof file, an event bundle, or saved checkpoints, and report on it."""

from collections.abc import Sequence
from datetime import UTC, datetime

from audits.tlog import bundle, cose, proof
from audits.tlog.bundle import EventBundle, Part
from audits.tlog.checkpoint import Checkpoint, OpenedCheckpoint, open_checkpoint
from audits.tlog.consistency import check_consistency, prove_consistency
from audits.tlog.elsewhere import signature_needs
from audits.tlog.encoding import decode_text, parse_hash
from audits.tlog.erasure import check_erased
from audits.tlog.hashing import ProofInvalid
from audits.tlog.note import Verifier, parse_vkey
from audits.tlog.report import Report
from audits.tlog.rotation import follow, report_steps
from audits.tlog.source import Source, read_tiles
from audits.tlog.tile import node_reader
from audits.tlog.vouch import Others, verify_anchor


def note_signatures(report: Report, opened: OpenedCheckpoint) -> None:
    """Report whose signatures hold, and which ones nobody asked us to check."""
    for each in opened.note.verified:
        at = opened.note.times.get(each.name)
        when = f" at {datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}" if at else ""
        key = f"{each.name} (key {each.key_id.hex()}){when}"
        report.held.append(f"checkpoint of size {opened.checkpoint.size} signed: {key}")
    for each in opened.note.unknown:
        report.unchecked.append(
            f"signature of {each.name} (key {each.key_id.hex()}): "
            f"{signature_needs(each)}"
        )
    if opened.checkpoint.extensions:
        report.unchecked.append("extension lines of the checkpoint")


def verify_proof(
    report: Report,
    where: str,
    data: bytes,
    entry: bytes,
    log: Verifier,
    witnesses: Sequence[Verifier],
) -> None:
    """Check a .tlog-proof file against the entry it is about."""
    try:
        found = proof.parse(data)
        opened = proof.check(found, entry, log, witnesses)
    except ProofInvalid as error:
        report.fault(where, error)
        return
    size = opened.checkpoint.size
    report.facts.update(log=opened.checkpoint.origin, size=size, index=found.index)
    note_signatures(report, opened)
    report.held.append(f"the entry ({len(entry)} bytes) is entry {found.index} of it")
    if found.extra is not None:
        report.unchecked.append("the proof's extra line, which nobody signed")


def verify_receipt(
    report: Report, where: str, data: bytes, entry: bytes, log: Verifier
) -> None:
    """Check a COSE receipt against the entry it is about."""
    try:
        found = cose.check_entry(cose.parse(data), entry, log)
    except ProofInvalid as error:
        report.fault(where, error)
        return
    report.facts.update(log=log.name, index=found.index)
    report.held.append(f"root of the tree signed: {log.name} (key {log.key_id.hex()})")
    report.held.append(f"the entry ({len(entry)} bytes) is entry {found.index} of it")
    report.unchecked.append(
        f"that the tree has {found.size} entries: no COSE receipt signs that, a "
        "checkpoint does"
    )


def verify_parts(
    report: Report,
    where: str,
    entry: bytes,
    parts: Sequence[Part],
    *,
    erased: bool = False,
) -> None:
    """Check disclosed payload parts against the entry's commitments."""
    try:
        found = bundle.disclose(entry, parts)
    except ProofInvalid as error:
        if parts:
            report.fault(where, error)
        return
    report.held += [f"{text} is what the entry committed to" for text in found.held]
    for text in found.faults:
        report.fault(where, text)
    if not erased:
        report.unchecked += [f"{text}: not disclosed" for text in found.undisclosed]


def verify_bundle(
    report: Report,
    where: str,
    found: EventBundle,
    log: Verifier,
    others: Others,
) -> None:
    """Check an event bundle: its claims about itself, proof, parts and anchor."""
    given, claims = log, [("log", log.name == found.log)]
    try:
        log, steps = follow(log, found.rotations)
        claims.append(("vkey", parse_vkey(found.vkey) in log.keys))
        claims.append(("index", proof.parse(found.proof).index == found.index))
        report_steps(report, given, steps)
    except ProofInvalid as error:
        report.fault(where, error)
    for name, fits in claims:
        if not fits:
            report.fault(f'{where} "{name}"', "is not that of the given key and proof")
    proven = (found.proof, found.entry, log, others.witnesses)
    verify_proof(report, f'{where} "proof"', *proven)
    erased = found.erased is not None and verify_erased(report, where, found, log)
    verify_parts(report, f'{where} "parts"', found.entry, found.parts, erased=erased)
    if found.since is not None:
        verify_since(report, f'{where} "since"', found, log)
    if found.anchor is not None:
        entry = found.index, found.entry
        verify_anchor(report, f'{where} "anchor"', found.anchor, log, others, entry)


def verify_erased(
    report: Report, where: str, found: EventBundle, log: Verifier
) -> bool:
    """Check that a later entry of the log says the bundle's payload was erased."""
    try:
        index, at = check_erased(found, log)
    except ProofInvalid as error:
        report.fault(f'{where} "erased"', error)
        return False
    if found.parts:
        what = f"parts are disclosed that entry {index} says were erased"
        report.fault(f'{where} "erased"', what)
    report.held.append(
        f"payload erased, commitment intact: entry {index} of {at} says so"
    )
    return True


def verify_since(report: Report, where: str, found: EventBundle, log: Verifier) -> None:
    """Check that the log of a bundle's proof begins with the older one it names."""
    try:
        old, new = bundle.check_since(found, log)
    except ProofInvalid as error:
        report.fault(where, error)
    else:
        report.held.append(
            f"the log of size {new} begins with the log of size {old}, unchanged"
        )


def verify_checkpoint(
    report: Report,
    where: str,
    data: bytes,
    log: Verifier,
    witnesses: Sequence[Verifier],
) -> Checkpoint | None:
    """Check one checkpoint's signatures and return it."""
    try:
        opened = open_checkpoint(data, log, witnesses)
    except ProofInvalid as error:
        report.fault(where, error)
        return None
    report.facts.update(log=log.name)
    note_signatures(report, opened)
    return opened.checkpoint


def parse_hashes(data: bytes) -> list[bytes]:
    """Return the hashes of a consistency proof file: one base64 hash a line."""
    text = decode_text(data, "the proof")
    if text and not text.endswith("\n"):
        raise ProofInvalid("the proof's last line does not end in LF")
    lines = text.split("\n")[:-1]
    return [parse_hash(line, f"line {at}") for at, line in enumerate(lines, 1)]


def verify_pair(
    report: Report,
    where: str,
    pair: tuple[Checkpoint, Checkpoint],
    given: Source | bytes,
) -> None:
    """Check that the newer of two signed checkpoints extends the older one.

    `given` is the log to read hashes from, or the bytes of a proof file.
    """
    old, new = pair
    if old.size > new.size:
        sizes = f"the first has size {old.size}, the second {new.size}"
        report.fault("the two checkpoints", f"{sizes}: give the older one first")
        return
    if old.size == new.size and old.root != new.root:
        what = (
            f"both have size {old.size}, but different roots: the log has signed two "
            "histories. Keep both files, they prove it"
        )
        report.fault("the two checkpoints", what, old.root.hex(), new.root.hex())
        return
    try:
        if isinstance(given, bytes):
            hashes = parse_hashes(given)
        else:
            source = given
            reader = node_reader(new.size, lambda refs: read_tiles(source, refs))
            hashes = prove_consistency(old.size, new.size, reader)
        check_consistency(old.size, new.size, old.root, new.root, hashes)
    except ProofInvalid as error:
        report.fault(where, error)
        return
    report.held.append(
        f"the log of size {new.size} begins with the log of size {old.size}, unchanged"
    )
