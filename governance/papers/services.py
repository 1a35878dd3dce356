"""Acts on a versioned document: begin, write, propose, approve, return, hand out.

1. An operator has at most one open version for a system; a new one starts from the
   last.
2. What was proposed is frozen with the facts behind it; writing makes it a draft again.
3. Approval is bound to the digest of what was read, and is never an author's own.
4. An approved version never changes; what changes later is a new version.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audits.trail.services import Actor, record
from governance.papers.contents.standing import basis_of
from governance.papers.contents.values import Kind, faults, freeze, parts_of
from governance.papers.encoding import digest_of
from governance.papers.models import Paper
from registry.documents.models import Document
from registry.operators.models import Operator
from registry.operators.services import EditedMeanwhile, FactsWrong
from registry.people.models import User
from registry.systems.models import AISystem

__all__ = [
    "LIMIT",
    "EditedMeanwhile",
    "PaperRefused",
    "approve_paper",
    "begin_version",
    "hand_out",
    "propose_paper",
    "return_paper",
    "write_part",
]
LIMIT = 20_000


class PaperRefused(FactsWrong):
    """The act cannot be done; the text says why."""

    def __init__(self, reason: str, field: str = "") -> None:
        super().__init__({field: reason})


@transaction.atomic
def begin_version(
    *,
    kind: Kind,
    system: AISystem,
    operator: Operator,
    author: User,
    by: Actor,
    at: datetime,
) -> Any:
    """Begin the first version, or the next with the texts of the last.

    Whoever begins states these texts anew, so another person approves them. Raises
    PaperRefused while a version is open already.
    """
    # ORDER: two who begin at once wait here; the second finds the version of the first.
    Operator.objects.select_for_update(of=("self",)).get(pk=operator.pk)
    rows = kind.model.objects.filter(system=system, operator=operator)
    last = rows.order_by("-number").first()
    if last is not None and last.is_open:
        raise PaperRefused(_("A version is open already. Go on with that one."))
    stated = {"author": author.name, "written_at": at.isoformat(), "revision": 1}
    try:
        with transaction.atomic():
            paper = kind.model.objects.create(
                system=system,
                operator=operator,
                number=last.number + 1 if last else 1,
                parts={k: v | stated for k, v in last.parts.items()} if last else {},
                authors=[author.pk],
                begun_at=at,
            )
    except IntegrityError as error:
        raise PaperRefused(_("Somebody else began a version just now.")) from error
    _tell(kind, paper, "begun", by, at, number=paper.number)
    return paper


@transaction.atomic
def write_part(
    *,
    kind: Kind,
    paper: Paper,
    element: str,
    text: str,
    choice: str,
    evidence: Sequence[Document],
    author: User,
    revision: int,
    by: Actor,
    at: datetime,
) -> Any:
    """Write or rewrite one element; a version that waited is a draft again.

    Writing what is there already changes nothing. Raises EditedMeanwhile when somebody
    else wrote this element since `revision` was read, and PaperRefused.
    """
    row = _locked(kind, paper)
    if not row.is_open:
        raise PaperRefused(_("This version is approved. Begin a new one to change it."))
    _check(kind, row, element, (text, choice, evidence), timezone.localdate(at))
    before = row.parts.get(element, {})
    if before.get("revision", 0) != revision:
        raise EditedMeanwhile(row)
    said = {"text": text.strip(), "choice": choice, "evidence": _named(evidence)}
    if said == {key: before.get(key) for key in said}:
        return row
    row.parts[element] = said | {
        "author": author.name,
        "written_at": at.isoformat(),
        "revision": revision + 1,
    }
    row.authors = sorted({*row.authors, author.pk})
    row.state, row.frozen, row.digest = Paper.State.DRAFT, None, ""
    row.decided_by, row.decided_at = None, None
    row.save()
    _tell(kind, row, "written", by, at, element=element, sha256=digest_of(said))
    return row


@transaction.atomic
def propose_paper(
    *, kind: Kind, paper: Paper, author: User, by: Actor, at: datetime
) -> Any:
    """Freeze what is written with the facts behind it, for a second person.

    Raises PaperRefused while something is missing, or a choice forbids it.
    """
    row = _locked(kind, paper)
    if row.state not in (Paper.State.DRAFT, Paper.State.RETURNED):
        raise PaperRefused(_("It waits for approval already, or is approved."))
    basis = basis_of(kind, row.system, row.operator, timezone.localdate(at))
    missing = list(faults(parts_of(row, basis)))
    if missing:
        raise PaperRefused(" ".join(missing))
    row.authors = sorted({*row.authors, author.pk})
    row.state, row.note = Paper.State.PROPOSED, ""
    row.proposed_by, row.proposed_at = author, at
    row.decided_by, row.decided_at = None, None
    row.frozen = freeze(kind, row, basis)
    row.digest = digest_of(row.frozen)
    row.save()
    _tell(kind, row, "proposed", by, at, number=row.number, sha256=row.digest)
    return row


@transaction.atomic
def approve_paper(
    *,
    kind: Kind,
    paper: Paper,
    read_sha256: str,
    approver: User,
    by: Actor,
    at: datetime,
) -> Any:
    """Approve what was read, as a second person.

    Raises PaperRefused for an author, when it does not wait, and when the digest is
    not that of what is stored.
    """
    row = _undecided(kind, paper, approver)
    if digest_of(row.frozen) != row.digest or read_sha256 != row.digest:
        raise PaperRefused(_("This is not the text that you have read. Read it again."))
    row.state = Paper.State.APPROVED
    row.decided_by, row.decided_at = approver, at
    row.save()
    _tell(kind, row, "approved", by, at, number=row.number, sha256=row.digest)
    return row


@transaction.atomic
def return_paper(
    *, kind: Kind, paper: Paper, reviewer: User, note: str, by: Actor, at: datetime
) -> Any:
    """Send it back to its authors with a reason."""
    if not note.strip():
        raise PaperRefused(_("Say what the authors should look at again."), "note")
    row = _undecided(kind, paper, reviewer)
    row.state, row.note = Paper.State.RETURNED, note.strip()
    row.decided_by, row.decided_at = reviewer, at
    row.save()
    _tell(kind, row, "returned", by, at, sha256=row.digest, note=row.note)
    return row


@transaction.atomic
def hand_out(*, kind: Kind, paper: Paper, form: str, by: Actor, at: datetime) -> None:
    """Keep who took a copy, in which form, of which text."""
    _tell(kind, paper, "exported", by, at, form=form, sha256=paper.digest)


def _check(
    kind: Kind,
    row: Any,
    element: str,
    given: tuple[str, str, Sequence[Document]],
    today: date,
) -> None:
    text, choice, evidence = given
    basis = basis_of(kind, row.system, row.operator, today)
    asked = {each.id: each for each in basis.elements}
    if element not in asked:
        raise PaperRefused(_("This document has no such element."))
    if choice and choice not in {option.id for option in asked[element].choices}:
        raise PaperRefused(_("Choose one of the answers."), "choice")
    if len(text) > LIMIT:
        raise PaperRefused(_("A text has at most 20,000 characters."), "text")
    if any(document.system_id != row.system_id for document in evidence):
        reason = _("Evidence has to be a document of this system.")
        raise PaperRefused(reason, "evidence")


def _named(evidence: Sequence[Document]) -> list[dict[str, str]]:
    """Documents as a frozen text names them: by what they held, not only by title."""
    return [
        {"id": str(each.pk), "title": each.title, "sha256": each.sha256}
        for each in sorted(evidence, key=lambda each: (each.title, each.sha256))
    ]


def _locked(kind: Kind, paper: Paper) -> Any:
    rows = kind.model.objects.select_for_update(of=("self",))
    return rows.select_related(
        "system__log", "system__organisation", "operator"
    ).get(pk=paper.pk)  # fmt: skip


def _undecided(kind: Kind, paper: Paper, person: User) -> Any:
    row = _locked(kind, paper)
    if person.pk in row.authors:
        raise PaperRefused(_("You wrote a part of it. A second person decides."))
    if row.state != Paper.State.PROPOSED:
        raise PaperRefused(_("It does not wait for a decision; reload the page."))
    return row


def _tell(
    kind: Kind, paper: Any, act: str, by: Actor, at: datetime, **details: Any
) -> None:
    record(
        log=paper.system.log,
        verb=f"{kind.noun}.{act}",
        subject=paper,
        by=by,
        at=at,
        details={"operator": str(paper.operator_id), **details},
    )
