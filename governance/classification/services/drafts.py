"""Answers that somebody is still giving: kept at each round, nobody's statement yet.

Drafts leave no trail entry; proposing does.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.db import transaction

from governance.classification.contents.interview import (
    Walk,
    asked_in,
    readable,
    walk,
)
from governance.classification.contents.provenance import (
    Provenance,
    Told,
    record_of,
    renewed,
)
from governance.classification.models import (
    Classification,
    ClassificationDraft,
    FactRequest,
)
from governance.classification.selectors import standing
from governance.law.facts import Facts
from governance.law.load import law
from governance.law.model import Question
from registry.people.models import User
from registry.systems.models import AISystem


class DraftChanged(Exception):
    """Another tab answered the same questions, or the draft is another one."""


def seen_of(draft: ClassificationDraft | None, facts: Iterable[str]) -> str:
    """What a page that asks these questions has seen of the draft.

    Answers to other questions do not count: two tabs on two pages do not collide.
    """
    if draft is None:
        return ""
    answers = {
        fact: [draft.answers.get(fact), draft.provenance.get(fact)]
        for fact in sorted(facts)
    }
    known = [str(draft.pk), str(draft.on), draft.edition, answers]
    return sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()


@transaction.atomic
def save_draft(
    *,
    system: AISystem,
    author: User,
    answers: Mapping[str, Any],
    provenance: Provenance | None = None,
    removed: Mapping[str, Any] | None = None,
    on: date | None = None,
    edition: str = "",
) -> ClassificationDraft:
    """Keep the answers given so far. A draft is nobody's statement yet."""
    draft, _made = ClassificationDraft.objects.update_or_create(
        system=system,
        author=author,
        defaults={
            "answers": dict(answers),
            "provenance": dict(provenance or {}),
            "removed": dict(removed or {}),
            "on": on,
            "edition": edition,
        },
    )
    return draft


@transaction.atomic
def keep_answers(
    *,
    system: AISystem,
    author: User,
    given: Mapping[str, Any],
    seen: str,
    at: datetime,
    today: date,
    told: Mapping[str, Told] | None = None,
) -> tuple[Walk, tuple[Question, ...]]:
    """Add answers to the draft; take away those that no longer matter.

    `told` says of answers how the person knows. An answer that is given again as it
    was keeps its author and its source. Returns the interview as it stands, and the
    questions whose answers went. They are kept aside: when a question comes back, its
    answer is proposed again. Raises AnswersInvalid for an answer that cannot be read,
    and DraftChanged when `seen` is not how the draft stands; stores nothing then.
    """
    Facts(given, law().questions)
    draft, made = _locked(system, author)
    if seen != seen_of(None if made else draft, given):
        raise DraftChanged
    kept = _without_overruled(draft, given)
    for fact, answer in given.items():
        said = (told or {}).get(fact, Told()).as_json()
        draft.provenance[fact] = renewed(
            draft.provenance.get(fact),
            said,
            record_of(author, at, said),
            same=kept.get(fact) == answer,
        )
    found, obsolete = _saved(draft, kept | dict(given), today=today)
    overruled = set(readable(draft.answers)) - set(kept)
    gone = (*obsolete, *(law().questions[fact] for fact in sorted(overruled)))
    return found, gone


@transaction.atomic
def choose_law(
    *, system: AISystem, author: User, on: date | None, edition: str, today: date
) -> tuple[Walk, tuple[Question, ...]]:
    """Ask by the law of another day or edition; as `keep_answers`."""
    draft, _made = _locked(system, author)
    draft.on, draft.edition = on, edition
    return _saved(draft, readable(draft.answers), today=today)


@transaction.atomic
def take_answers(
    *, classification: Classification, author: User, today: date
) -> tuple[Walk, tuple[Question, ...]]:
    """Begin a draft with the answers of an earlier classification.

    Each keeps its author and its source until it is changed; where none was kept, it
    is the author of the classification who gave it.
    """
    draft, _made = _locked(classification.system, author)
    draft.on, draft.edition = None, ""
    return _saved(draft, _taken_over(draft, classification), today=today)


@transaction.atomic
def take_told(
    *, request: FactRequest, author: User, today: date
) -> tuple[Walk, tuple[Question, ...]]:
    """Take the answer that a colleague gave into the draft, as theirs.

    Without a draft it begins one, with the answers of the classification that counts.
    """
    draft, made = _locked(request.system, author)
    counts = standing(request.system) if made else None
    answers = _taken_over(draft, counts) if counts else readable(draft.answers)
    if request.answered_at is None:
        return _saved(draft, answers, today=today)
    told = {"source": request.source, "evidence": request.evidence}
    draft.provenance[request.fact] = record_of(
        request.asked_of, request.answered_at, told
    )
    answers = readable(answers | {request.fact: request.answer})
    return _saved(draft, answers, today=today)


@transaction.atomic
def discard_draft(*, system: AISystem, author: User) -> None:
    """Throw away the answers that the person has given so far."""
    ClassificationDraft.objects.filter(system=system, author=author).delete()


def _locked(system: AISystem, author: User) -> tuple[ClassificationDraft, bool]:
    rows = ClassificationDraft.objects.select_for_update()
    return rows.get_or_create(system=system, author=author)


def _taken_over(
    draft: ClassificationDraft, classification: Classification
) -> dict[str, Any]:
    """The answers of a classification; the draft takes their provenance over."""
    answers = readable(classification.answers)
    theirs = record_of(classification.author, classification.made_at, Told().as_json())
    draft.provenance = dict.fromkeys(answers, theirs) | classification.provenance
    return answers


def _without_overruled(
    draft: ClassificationDraft, given: Mapping[str, Any]
) -> dict[str, Any]:
    """The answers kept so far, less those that a changed answer speaks for anew.

    A fact that was settled by itself goes before the question that it is asked with.
    When that question is answered otherwise, the person means the new answer.
    """
    kept = readable(draft.answers)
    changed = {fact for fact, told in given.items() if kept.get(fact) != told}
    return {f: told for f, told in kept.items() if not changed & {*asked_in(f)}}


def _saved(
    draft: ClassificationDraft, answers: Mapping[str, Any], *, today: date
) -> tuple[Walk, tuple[Question, ...]]:
    found = walk(answers, draft.on or today, draft.edition or None)
    gone = {question.id: answers[question.id] for question in found.obsolete}
    kept = {fact: told for fact, told in answers.items() if fact not in gone}
    aside = {f: told for f, told in draft.removed.items() if f not in kept}
    save_draft(
        system=draft.system,
        author=draft.author,
        answers=kept,
        provenance={f: r for f, r in draft.provenance.items() if f in kept},
        removed=aside | gone,
        on=draft.on,
        edition=draft.edition,
    )
    return found, found.obsolete
