"""Erasing a person from a log (GDPR Art. 17): asked by one person, done by another.

The key of the person's payloads is destroyed, the ciphertext deleted, and an entry
says so, all in one transaction behind the log's lock. Leaves, tiles and proofs do not
change. What the application can remove at all it removes by `audits_erase` alone.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from audits.duties.selectors import Standing, standing_against
from audits.erasure.encoding import as_number, erasure_leaf
from audits.erasure.models import Erasure, Exemption, Ground
from audits.erasure.selectors import erased_indexes, footprint
from audits.log.models import Head, Log
from audits.log.services import extend, lock_tail
from audits.payloads.contents import erasures_of
from audits.payloads.keys import Keys, wrap
from audits.payloads.selectors import forget_keys_of, stored_keys
from audits.trail.services import Actor, record


class ErasureRefused(Exception):
    """Nothing was erased; the text says why, `field` what it is about."""

    def __init__(self, reason: str, field: str = "") -> None:
        super().__init__(reason)
        self.field = field


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an erasure did: the index of its entry, and how many payloads went."""

    index: int
    gone: int


@transaction.atomic
def request_erasure(
    *, log: Log, subject: str, ground: Ground, reference: str, by: Actor, at: datetime
) -> Erasure:
    """Ask that a person, named as events name it, be erased from the log.

    Raises ErasureRefused when the log keeps nothing about it, or somebody asked before.
    """
    tag = stored_keys(log).tag(subject)
    if not footprint(log, tag).payloads:
        raise ErasureRefused(
            _("This log keeps nothing about a person of this name. Write it exactly as "
              "the service posts it in subject."), "subject",
        )  # fmt: skip
    try:
        with transaction.atomic():
            found = Erasure.objects.create(
                log=log, tag=as_number(tag), ground=ground, reference=reference,
                asked_by_id=by.id, asked_by=by.name, asked_at=at,
            )  # fmt: skip
    except IntegrityError as error:
        raise ErasureRefused(
            _("The erasure of this person is asked for already."), "subject"
        ) from error
    _record("requested", found, by, at, ground=ground, reference=reference)
    return found


@transaction.atomic
def refuse(
    *, erasure: Erasure, exemption: Exemption, reasons: str, by: Actor, at: datetime
) -> None:
    """Keep the records: a named person, a ground of Art. 17(3), and why it holds."""
    found = _locked(erasure, by)
    _decide(found, Erasure.State.REFUSED, by, at, exemption=exemption, reasons=reasons)


@transaction.atomic
def postpone(
    *,
    erasure: Erasure,
    exemption: Exemption,
    reasons: str,
    due: date,
    by: Actor,
    at: datetime,
) -> None:
    """Keep the records until that day; then the request is to be decided again."""
    if due <= at.date():
        raise ErasureRefused(_("The day lies in the past."), "due")
    found = _locked(erasure, by)
    _decide(
        found, Erasure.State.POSTPONED, by, at,
        exemption=exemption, reasons=reasons, due=due,
    )  # fmt: skip


def stands_against(erasure: Erasure, *, now: datetime) -> list[Standing]:
    """The duties and holds that stand against the erasure now."""
    newest = footprint(erasure.log, _tag(erasure)).last
    if newest is None:
        return []
    return standing_against(erasure.log, newest=newest, now=now, tag=erasure.tag)


def name_of(standing: Standing) -> str:
    """What a resolution names it by."""
    return f"{standing.kind}-{standing.pk or 'act'}"


@transaction.atomic
def erase(
    *, erasure: Erasure, resolved: Mapping[str, str], by: Actor, at: datetime
) -> Outcome:
    """Erase the person. `resolved` says of each thing that stands against it, why.

    Raises ErasureRefused when one is left open, when the same person asked, or when
    somebody else decided meanwhile.
    """
    found = _locked(erasure, by)
    # ORDER: the lock first, so that nothing comes in between what is asked and done.
    lock_tail(found.log)
    standing = stands_against(found, now=at)
    for each in standing:
        if not resolved.get(name_of(each), "").strip():
            raise ErasureRefused(
                _("“%(ground)s” stands against it. Say why it does not apply, or "
                  "refuse or postpone the erasure.") % {"ground": each.ground},
                name_of(each),
            )  # fmt: skip
    overcome = [
        {
            "ground": each.ground,
            "kind": each.kind,
            "until": each.until.isoformat() if each.until else None,
            "because": resolved[name_of(each)].strip(),
        }
        for each in standing
    ]
    _decide(found, Erasure.State.ERASED, by, at, resolved=overcome)
    decision = {
        "asked_at": found.asked_at.isoformat(),
        "asked_by": found.asked_by,
        "ground": found.ground,
        "reference": found.reference,
        "request": str(found.pk),
        "resolved": overcome,
    }
    outcome = _erase(found.log, _tag(found), found.ground, decision, by, at)
    found.entry_idx, found.gone = outcome.index, outcome.gone
    found.save(update_fields=["entry_idx", "gone"])
    return outcome


def _erase(
    log: Log, tag: bytes, ground: str, decision: dict[str, Any], by: Actor, at: datetime
) -> Outcome:
    """Append the entry, destroy the key and delete what it opened."""
    tail = lock_tail(log)
    keys = stored_keys(log)
    indexes = erased_indexes(log, tag)
    if not indexes:
        raise ErasureRefused(_("Nothing of this person is left: it went meanwhile."))
    leaf = erasure_leaf(
        keys, tag=tag, ground=ground, indexes=indexes, decision=decision,
        person=asdict(by),
    )  # fmt: skip
    extend(tail, [leaf], at)
    gone = _puncture(log, tail.compact.size, keys.without(tag))
    return Outcome(tail.compact.size, gone)


@transaction.atomic
def replay(log: Log) -> int:
    """Destroy again what the log says was destroyed, in a tree from an old copy.

    Returns how many keys there were; the keys' version then is the head's again.
    Raises ErasureRefused when two entries claim the same destruction: nothing tells
    then whose key it was.
    """
    lock_tail(log)
    keys = stored_keys(log)
    said = erasures_of(log)
    done = 0
    while again := [each for each in said if each.keys == keys.version + 1]:
        if keys.version == Head.objects.get(log=log).keys:
            break
        if len(again) > 1:
            raise ErasureRefused(
                _("The entries %(indexes)s of %(log)s say the same. Find out which of "
                  "them is false.")
                % {"indexes": [each.idx for each in again], "log": log.origin}
            )  # fmt: skip
        keys = keys.without(again[0].tag)
        _puncture(log, again[0].idx, keys)
        done += 1
    return done


def _puncture(log: Log, said_at: int, keys: Keys) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT audits_erase(%s, %s, %s)", [log.pk, said_at, wrap(keys)])
        [gone] = cursor.fetchone()
    # SECURITY: at once, so that this process never opens or seals with it again.
    forget_keys_of(log)
    transaction.on_commit(lambda: forget_keys_of(log))
    return int(gone)


def _tag(erasure: Erasure) -> bytes:
    return bytes.fromhex(erasure.tag_text)


def _locked(erasure: Erasure, by: Actor) -> Erasure:
    """The request behind its lock, when it is open and somebody else asked."""
    rows = Erasure.objects.select_for_update(of=("self",)).select_related("log")
    found = rows.get(pk=erasure.pk)
    if not found.is_open:
        raise ErasureRefused(
            _("%(who)s has decided this already.") % {"who": found.decided_by}
        )
    if found.asked_by_id == by.id:
        raise ErasureRefused(
            _("You asked for this erasure. Another person decides about it.")
        )
    return found


def _decide(
    found: Erasure,
    state: Erasure.State,
    by: Actor,
    at: datetime,
    *,
    exemption: str = "",
    reasons: str = "",
    due: date | None = None,
    resolved: list[dict[str, Any]] | None = None,
) -> None:
    found.state, found.exemption, found.reasons, found.due = (
        state, exemption, reasons, due,
    )  # fmt: skip
    found.decided_by_id, found.decided_by, found.decided_at = by.id, by.name, at
    found.save()
    details = {
        "exemption": exemption,
        "reasons": reasons,
        "due": due.isoformat() if due else None,
        "resolved": resolved,
    }
    said = {name: value for name, value in details.items() if value}
    verb = "approved" if state == Erasure.State.ERASED else state.value
    _record(verb, found, by, at, **said)


def _record(verb: str, found: Erasure, by: Actor, at: datetime, **more: Any) -> None:
    record(
        log=found.log,
        verb=f"erasure.{verb}",
        subject=found,
        by=by,
        at=at,
        details={"tag": found.tag_text, **{k: v for k, v in more.items() if v}},
    )
