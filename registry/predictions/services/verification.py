"""Verification on the server: the steps of the proof panel, run and recorded.

They are the steps that the browser runs, with the pure code of `audits.tlog`, and
one more that only the server can: that the log extends its last saved checkpoint.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from audits.log.models import Checkpoint as SavedCheckpoint
from audits.log.selectors import consistency_path, verifier
from audits.tlog.bundle import EventBundle, disclose
from audits.tlog.bundle import parse as parse_bundle
from audits.tlog.checkpoint import open_checkpoint
from audits.tlog.checkpoint import parse as parse_checkpoint
from audits.tlog.consistency import check_consistency
from audits.tlog.erasure import check_erased
from audits.tlog.hashing import ProofInvalid, leaf_hash
from audits.tlog.note import parse_note
from audits.tlog.proof import parse as parse_proof
from audits.tlog.tree import check_inclusion
from audits.trail.services import Actor, record
from registry.predictions.access import Found
from registry.predictions.contents.event import bundle_of, contents_of

VERIFIED = "evidence.verified"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a verification; `holds` is None when it could not be run."""

    name: str
    holds: bool | None
    detail: str


def subject_of_event(event_id: object) -> str:
    """How the trail names an event."""
    return f"event:{event_id}"


@transaction.atomic
def verify_event(*, found: Found, by: Actor, at: datetime) -> int:
    """Check one event's evidence, record the outcome, return its index in the log."""
    steps = check_event(found)
    fields = ("name", "holds", "detail")
    return record(
        log=found.log,
        verb=VERIFIED,
        subject=subject_of_event(found.entry.event_id),
        by=by,
        at=at,
        details={
            "holds": all(step.holds is not False for step in steps),
            "steps": [{key: getattr(step, key) for key in fields} for step in steps],
        },
    )


def check_event(found: Found) -> list[Step]:
    """Run the steps on the very bytes that a reader downloads."""
    contents = contents_of(found.log, found.entry)
    bundle = parse_bundle(bundle_of(contents).to_bytes())
    evidence = _Evidence(found, bundle, is_broken=contents.broken)
    steps: list[Step] = []
    for name in ("leaf", "parts", "path", "root", "signature", "history"):
        try:
            detail = getattr(evidence, name)()
        except ProofInvalid as error:
            steps.append(Step(name, holds=False, detail=str(error)))
            break
        ran = None if detail is None else True
        steps.append(Step(name, holds=ran, detail=detail or ""))
    return steps


class _Evidence:
    """A bundle and what it has to agree with; each method is one step.

    A step returns what it found, None when there was nothing to check, and raises
    ProofInvalid when it does not hold.
    """

    def __init__(self, found: Found, bundle: EventBundle, *, is_broken: bool) -> None:
        self.found, self.bundle, self.is_broken = found, bundle, is_broken
        self.proof = parse_proof(bundle.proof)
        self.stated = parse_checkpoint(parse_note(self.proof.note).text)

    def leaf(self) -> str:
        computed = leaf_hash(self.bundle.entry)
        if computed != bytes(self.found.entry.leaf_hash):
            raise ProofInvalid(_("the bytes give %(hash)s") % {"hash": computed.hex()})
        return computed.hex()

    def parts(self) -> str | None:
        if self.is_broken:
            raise ProofInvalid(_("what is stored does not open: it was changed"))
        disclosed = disclose(self.bundle.entry, self.bundle.parts)
        if disclosed.faults:
            raise ProofInvalid("; ".join(disclosed.faults))
        if self.bundle.erased is not None:
            index, at = check_erased(self.bundle, verifier(self.found.log))
            return _(
                "payload erased, commitment intact: entry %(index)s of %(at)s says so"
            ) % {"index": index, "at": at}
        if disclosed.undisclosed:
            raise ProofInvalid(
                _("%(roles)s: it is gone, and no entry says that it was erased")
                % {"roles": ", ".join(disclosed.undisclosed)}
            )
        return ", ".join(part.role for part in self.bundle.parts) or None

    def path(self) -> str:
        computed, stated = leaf_hash(self.bundle.entry), self.stated
        check_inclusion(
            self.proof.index, stated.size, computed, stated.root, self.proof.path
        )
        return stated.root.hex()

    def root(self) -> str:
        log, index = self.found.log, self.proof.index
        if self.stated.origin != log.origin or index != self.found.entry.idx:
            raise ProofInvalid(_("it names %(log)s") % {"log": self.stated.origin})
        numbers = {"index": index, "size": self.stated.size}
        return _("entry %(index)s in a log of %(size)s entries") % numbers

    def signature(self) -> str:
        open_checkpoint(self.proof.note, verifier(self.found.log))
        return self.bundle.vkey

    def history(self) -> str | None:
        """That the tree extends the last checkpoint that was saved, if one was."""
        log, size = self.found.log, self.stated.size
        saved = SavedCheckpoint.objects.filter(log=log).order_by("-size").first()
        if saved is None:
            return None
        old = parse_checkpoint(parse_note(saved.note.encode()).text)
        if old.size > size:
            raise ProofInvalid(
                _("a checkpoint of %(old)s entries was saved, the log has %(now)s")
                % {"old": old.size, "now": size}
            )
        proof = consistency_path(log, old.size, size)
        check_consistency(old.size, size, old.root, self.stated.root, proof)
        return _("it extends the checkpoint of %(size)s entries saved on %(at)s") % {
            "size": old.size,
            "at": saved.signed_at.strftime("%Y-%m-%d %H:%M UTC"),
        }
