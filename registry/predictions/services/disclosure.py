"""Disclosing a part of one entry to somebody, and keeping that it was done.

The act is kept, and no file: the log says who chose which fields for whom, never
what they say. The file is made from the act each time that it is asked for, so that
nothing of it is left once the payload was erased.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from audits.trail.models import TrailEntry
from audits.trail.services import Actor, record
from registry.predictions.access import Found
from registry.predictions.contents.disclosure import (
    NotDisclosable,
    Path,
    Selection,
    select,
)
from registry.predictions.contents.event import bundle_of, contents_of
from registry.predictions.selectors.trail import act_at
from registry.predictions.services.verification import subject_of_event

DISCLOSED = "evidence.disclosed"


@dataclass(frozen=True, slots=True)
class Disclosed:
    """What is given out, to whom, what for, and on what ground."""

    recipient: str
    purpose: str
    legal_basis: str
    paths: Collection[Path]


@transaction.atomic
def disclose(*, found: Found, what: Disclosed, by: Actor, at: datetime) -> int:
    """Record the disclosure; returns the index of the act in the log.

    Raises NotDisclosable when something chosen is erased or was never there.
    """
    chosen = selection(found, what.paths)
    if not chosen.shown:
        raise NotDisclosable(_("Choose what the recipient will see."))
    return record(
        log=found.log,
        verb=DISCLOSED,
        subject=subject_of_event(found.entry.event_id),
        by=by,
        at=at,
        details={
            "recipient": what.recipient,
            "purpose": what.purpose,
            "legal_basis": what.legal_basis,
            "fields": [list(each.path) for each in chosen.shown],
            "parts_sha256": chosen.digest,
        },
    )


def selection(found: Found, paths: Collection[Path]) -> Selection:
    return select(contents_of(found.log, found.entry), paths)


def disclosure_at(found: Found, idx: int) -> TrailEntry:
    """The disclosure of this event at an index of the log; Http404 for none."""
    subject = subject_of_event(found.entry.event_id)
    act = act_at(found.log, idx, subject, DISCLOSED) if idx < 2**63 else None
    if act is None:
        raise Http404(_("There is no such disclosure of this event."))
    return act


def disclosure_file(found: Found, act: TrailEntry) -> bytes:
    """The file of a disclosure, made now; NotDisclosable once it was erased."""
    contents = contents_of(found.log, found.entry)
    chosen = select(contents, [tuple(each) for each in act.details["fields"]])
    return bundle_of(contents, chosen.parts).to_bytes()
