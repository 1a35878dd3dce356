"""What stands against an attack that the database let pass, one layer after another.

Each layer is what the product and its readers do anyway; none knows of the attack.
"""

import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import psycopg
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection

from audits.log.models import Checkpoint, Log
from audits.log.seal import NotSigned, signed_checkpoint
from audits.log.selectors import head_checkpoint
from audits.signer.login import LoginRefused, refuse_writer
from audits.tlog.checkpoint import parse
from audits.tlog.hashing import ProofInvalid
from audits.tlog.note import parse_note, parse_vkey
from audits.tlog.report import Report
from audits.tlog.source import Folder, read_checkpoint, read_tiles
from audits.tlog.tile import node_reader
from audits.tlog.tree import check_inclusion, prove_inclusion
from audits.tlog.verify import verify_checkpoint, verify_pair
from governance.access.database import UnsafeDatabaseRole, refuse_unsafe_role
from governance.access.guards import GuardsOff, refuse_open_guards
from governance.drill.forgery import sign_with_the_key
from governance.drill.world import Kept
from registry.predictions.build import check_folder, check_rows, write_log


class Finding(NamedTuple):
    """A layer that found an attack, and the place that it named first."""

    layer: str
    where: str


def found(kept: Kept) -> list[Finding]:
    """What each layer says of the database that the product is connected to."""
    findings = []
    with tempfile.TemporaryDirectory(prefix="probatum-drill-") as name:
        export = Path(name) / "export"
        for layer, look in LAYERS.items():
            where = look(kept, export)
            if where:
                findings.append(Finding(layer, where))
    return findings


def _start(kept: Kept, _export: Path) -> str:
    try:
        refuse_unsafe_role(connection)
        refuse_open_guards(connection)
        with psycopg.connect(kept.signer) as signer:
            refuse_writer(signer)
    except (UnsafeDatabaseRole, GuardsOff, LoginRefused) as refusal:
        return refusal.reasons[0]
    return ""


def _signer(kept: Kept, _export: Path) -> str:
    """What the signer says that is asked for today's checkpoint, as all the time."""
    try:
        signed_checkpoint(head_checkpoint(Log.objects.get(pk=kept.log)))
    except ObjectDoesNotExist as error:
        return f"nothing to sign: {error}"
    except NotSigned as refusal:
        return str(refusal)
    return ""


def _fsck(kept: Kept, export: Path) -> str:
    """What a verifier finds in an export, though somebody with the key signed it."""
    try:
        log = Log.objects.get(pk=kept.log)
        write_log(log, export, _silent, sign=sign_with_the_key)
    except ObjectDoesNotExist as error:
        return f"nothing to export: {error}"
    return _first(check_folder(log, export, _silent))


def _rows(kept: Kept, _export: Path) -> str:
    return _first(check_rows(Log.objects.get(pk=kept.log), _silent))


def _checkpoint(kept: Kept, export: Path) -> str:
    """What a reader finds who kept checkpoints: also, that ours are still there."""
    report = Report("verify")
    for note in kept.checkpoints:
        if (export / "checkpoint").exists():
            _hold(report, kept, note, export)
    for note in kept.checkpoints:
        size = parse(parse_note(note.encode()).text).size
        saved = Checkpoint.objects.filter(log=kept.log, size=size).first()
        if saved is None or saved.note != note:
            what = "it is not the one kept outside" if saved else "it is gone"
            report.fault(f"checkpoint of size {size}", what)
    return _first(report)


def _hold(report: Report, kept: Kept, note: str, export: Path) -> None:
    source, vkey = Folder(export), parse_vkey(kept.vkey)
    pair = [
        verify_checkpoint(report, where, data, vkey, [])
        for where, data in (
            ("the kept checkpoint", note.encode()),
            ("checkpoint", read_checkpoint(source)),
        )
    ]
    old, new = pair
    if old and new and old.size > new.size:
        what = f"the log now ends at size {new.size}"
        report.fault(f"checkpoint of size {old.size}", what)
    elif old and new:
        where = f"size {old.size} against size {new.size}"
        verify_pair(report, where, (old, new), source)


def _receipt(kept: Kept, export: Path) -> str:
    """What clients find who ask for their event's proof in today's signed tree."""
    if not (export / "checkpoint").exists():
        return ""
    source = Folder(export)
    now = parse(parse_note(read_checkpoint(source)).text)
    one = cache(lambda ref: read_tiles(source, [ref])[ref])
    read = node_reader(now.size, lambda refs: {ref: one(ref) for ref in refs})
    node = cache(lambda each: read([each])[each])  # receipts share most of their paths
    for receipt in kept.receipts:
        index, leaf_hash = receipt.index, receipt.leaf_hash
        if index >= now.size:
            return f"entry {index}: the log ends at size {now.size}"
        try:
            path = prove_inclusion(
                index, now.size, lambda nodes: {each: node(each) for each in nodes}
            )
            check_inclusion(index, now.size, leaf_hash, now.root, path)
        except ProofInvalid as error:
            return f"entry {index}: {error}"
    return ""


def _first(report: Report) -> str:
    if not report.faults:
        return ""
    fault = report.faults[0]
    return f"{fault.where}: {fault.what}"


def _silent(*_told: object) -> None:
    """Nobody watches the progress of a drill's exports."""


LAYERS: dict[str, Callable[[Kept, Path], str]] = {
    "start-up": _start,
    "signer": _signer,
    "fsck": _fsck,
    "rows": _rows,
    "checkpoint": _checkpoint,
    "receipt": _receipt,
}
