"""Answers that somebody is still giving: kept at each round, nobody's statement yet.

Drafts leave no trail entry; proposing does.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from hashlib import sha256
from typing import Any

from django.db import transaction

from governance.classification.contents.interview import Walk, readable, walk
from governance.classification.models import Classification, ClassificationDraft
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
    answers = {fact: draft.answers.get(fact) for fact in sorted(facts)}
    known = [str(draft.pk), str(draft.on), draft.edition, answers]
    return sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()


@transaction.atomic
def save_draft(
    *,
    system: AISystem,
    author: User,
    answers: Mapping[str, Any],
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
            "removed": dict(removed or {}),
            "on": on,
            "edition": edition,
        },
    )
    return draft


@transaction.atomic
def keep_answers(
    *, system: AISystem, author: User, given: Mapping[str, Any], seen: str, today: date
) -> tuple[Walk, tuple[Question, ...]]:
    """Add answers to the draft; take away those that no longer matter.

    Returns the interview as it stands, and the questions whose answers went. They
    are kept aside: when a question comes back, its answer is proposed again. Raises
    AnswersInvalid for an answer that cannot be read, and DraftChanged when `seen` is
    not how the draft stands; stores nothing then.
    """
    Facts(given, law().questions)
    draft, made = _locked(system, author)
    if seen != seen_of(None if made else draft, given):
        raise DraftChanged
    answers = readable(draft.answers) | dict(given)
    return _saved(draft, answers, draft.on, draft.edition, today=today)


@transaction.atomic
def choose_law(
    *, system: AISystem, author: User, on: date | None, edition: str, today: date
) -> tuple[Walk, tuple[Question, ...]]:
    """Ask by the law of another day or edition; as `keep_answers`."""
    draft, _made = _locked(system, author)
    answers = readable(draft.answers)
    return _saved(draft, answers, on, edition, today=today)


@transaction.atomic
def take_answers(
    *, classification: Classification, author: User, today: date
) -> tuple[Walk, tuple[Question, ...]]:
    """Begin a draft with the answers of an earlier classification."""
    draft, _made = _locked(classification.system, author)
    answers = readable(classification.answers)
    return _saved(draft, answers, None, "", today=today)


@transaction.atomic
def discard_draft(*, system: AISystem, author: User) -> None:
    """Throw away the answers that the person has given so far."""
    ClassificationDraft.objects.filter(system=system, author=author).delete()


def _locked(system: AISystem, author: User) -> tuple[ClassificationDraft, bool]:
    rows = ClassificationDraft.objects.select_for_update()
    return rows.get_or_create(system=system, author=author)


def _saved(
    draft: ClassificationDraft,
    answers: Mapping[str, Any],
    on: date | None,
    edition: str,
    *,
    today: date,
) -> tuple[Walk, tuple[Question, ...]]:
    found = walk(answers, on or today, edition or None)
    gone = {question.id: answers[question.id] for question in found.obsolete}
    kept = {fact: told for fact, told in answers.items() if fact not in gone}
    aside = {f: told for f, told in draft.removed.items() if f not in kept}
    save_draft(
        system=draft.system,
        author=draft.author,
        answers=kept,
        removed=aside | gone,
        on=on,
        edition=edition,
    )
    return found, found.obsolete
