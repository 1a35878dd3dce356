"""The drafts of a system: which there are, what stands in them, how far they are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Any
from uuid import UUID

import orjson
from django.http import Http404
from django.utils.translation import gettext as _

from governance.circumstances.selectors import Acting
from governance.law.annex_viii import Field, Registration, Section, sections
from governance.law.duties import State
from governance.registration.contents.register import Filler, Value, register_value
from governance.registration.encoding import digest_of
from governance.registration.models import (
    RegistrationSubmission,
    RegistrationText,
)
from governance.registration.selectors import SystemFacts, facts_of
from registry.operators.models import Operator
from registry.systems.models import AISystem

FORMAT = "probatum-registration-draft/1"
NATIONAL = "national"
# As whom a section is filled in by somebody who holds no role any more.
LAST_ROLE = {"annex-viii-c": "deployer"}
COMPLETE, NOT_APPLICABLE, PARTLY, MISSING = (
    "complete",
    "not_applicable",
    "partly",
    "missing",
)


@dataclass(frozen=True, slots=True)
class DraftField:
    """One field: what would be entered, where it comes from, what is missing."""

    asks: Field
    register: Value
    row: RegistrationText | None

    @property
    def written(self) -> RegistrationText | None:
        """What a person wrote in the register's place, unless it was taken back."""
        row = self.row
        return row if row and (row.text or row.not_applicable) else None

    @property
    def value(self) -> str:
        return self.written.text if self.written else self.register.text

    @property
    def state(self) -> str:
        if self.written:
            return NOT_APPLICABLE if self.written.not_applicable else COMPLETE
        if self.register.not_applicable:
            return NOT_APPLICABLE
        if not self.register.text:
            return MISSING
        return PARTLY if self.register.still else COMPLETE

    @property
    def still(self) -> str:
        """What a person must still write."""
        if self.state == PARTLY:
            return _("Add %(what)s.") % {"what": self.register.still}
        return self.asks.write if self.state == MISSING else ""

    @property
    def done(self) -> bool:
        return self.state in (COMPLETE, NOT_APPLICABLE)

    @property
    def counts(self) -> bool:
        """Whether the draft is incomplete without it."""
        return self.asks.required != "optional"

    @property
    def revision(self) -> int:
        return self.row.revision if self.row else 0


@dataclass(frozen=True)
class Draft:
    """One section, filled in for one operator. It is never a registration."""

    facts: SystemFacts
    operator: Operator
    acts: bool
    found: Registration
    section: Section
    fields: tuple[DraftField, ...]
    submissions: tuple[RegistrationSubmission, ...]

    @property
    def system(self) -> AISystem:
        return self.facts.system

    @property
    def bound(self) -> bool:
        """Whether the section binds the operator, or may."""
        return self.acts and self.section.state is not State.NOT

    @property
    def non_public(self) -> bool:
        """Whether it is kept from the public; also while that is not established."""
        return self.section.non_public != "no" or any(
            row.non_public for row in self.submissions[:1]
        )

    @property
    def total(self) -> int:
        return sum(field.counts for field in self.fields)

    @property
    def complete(self) -> int:
        return sum(field.counts and field.done for field in self.fields)

    @property
    def submitted(self) -> RegistrationSubmission | None:
        """What was last submitted."""
        return next(iter(self.submissions), None)

    @cached_property
    def content(self) -> dict[str, Any]:
        """The draft as plain values: what is exported, and frozen when submitted."""
        section, standing = self.section, self.facts.standing
        return {
            "format": FORMAT,
            "notice": notice(section.register),
            "sample": self.system.is_sample,
            "system": {"id": str(self.system.pk), "name": self.system.name},
            "operator": {"id": str(self.operator.pk), "name": self.operator.name},
            "section": section.id,
            "citation": section.citation,
            "title": section.title,
            "register": section.register,
            "open_to": section.open_to,
            "non_public": section.non_public,
            "non_public_says": section.non_public_says,
            "state": str(section.state if self.acts else State.NOT),
            "when": section.when,
            "missing_facts": [item.question for item in section.missing],
            "on": self.found.on.isoformat(),
            "edition": self.found.edition,
            "hypothetical": self.found.hypothetical,
            "rules": self.found.rules,
            "classification_sha256": standing.digest if standing else "",
            "complete": self.complete,
            "of": self.total,
            "fields": [_plain(field) for field in self.fields],
            "left_out": [
                {"id": item.id, "citation": item.citation, "title": item.title}
                for item in section.fields
                if item not in section.asked
            ],
        }

    @property
    def digest(self) -> str:
        return digest_of(self.content)


def notice(register: str) -> str:
    """The words that stand on every draft and every export."""
    if register == NATIONAL:
        return _(
            "Draft for a national register: nothing has been sent. This is not a "
            "registration."
        )
    return _(
        "Draft for the EU database: nothing has been sent. This is not a registration."
    )


def drafts(facts: SystemFacts, edition: str | None = None) -> list[Draft]:
    """Every draft that binds or may bind, and those of which something was submitted.

    Without an approved classification there are only the latter.
    """
    return list(_drafts(facts, edition))


def draft_of(
    facts: SystemFacts, operator: UUID, section: str, edition: str | None = None
) -> Draft:
    """One of them; 404 for another."""
    for draft in _drafts(facts, edition):
        if (draft.operator.pk, draft.section.id) == (operator, section):
            return draft
    raise Http404(_("There is no such draft of this system."))


def kept_from_public(draft: Draft, today: date) -> bool:
    """Whether Art. 49(4) keeps it from the public: on the day asked for, or today."""
    # SECURITY: whatever the day, the texts in it are those of today.
    both = [draft, *_drafts(facts_of(draft.system, today), None)]
    key = draft.operator.pk, draft.section.id
    return any(d.non_public and (d.operator.pk, d.section.id) == key for d in both)


def idle_sections(facts: SystemFacts, edition: str | None = None) -> list[Section]:
    """What does not bind any of our operators, with the reasons why."""
    found: dict[str, Section] = {}
    bound = {draft.section.id for draft in _drafts(facts, edition) if draft.bound}
    for acting in facts.acting if facts.standing else ():
        for section in _asked(facts, acting, edition).sections:
            if section.id not in bound:
                found.setdefault(section.id, section)
    return list(found.values())


def _drafts(facts: SystemFacts, edition: str | None) -> Iterator[Draft]:
    done = set()
    for acting in facts.acting:
        found = _asked(facts, acting, edition)
        for section in found.sections:
            key = (acting.operator.pk, section.id)
            done.add(key)
            due = facts.standing is not None and section.state is not State.NOT
            if due or facts.submissions.get(key):
                yield _draft(facts, acting, found, section)
    for key, row in facts.begun.items():
        if key not in done and facts.submissions.get(key):
            role = LAST_ROLE.get(row.section, "provider")
            gone = Acting(row.operator, (role,), {})
            found = _asked(facts, gone, edition)
            section = next(s for s in found.sections if s.id == row.section)
            yield _draft(facts, gone, found, section, acts=False)


def _draft(
    facts: SystemFacts,
    acting: Acting,
    found: Registration,
    section: Section,
    *,
    acts: bool = True,
) -> Draft:
    key = (acting.operator.pk, section.id)
    texts = facts.texts.get(key, {})
    filler = Filler(facts, acting.operator, acting.roles, section)
    return Draft(
        facts=facts,
        operator=acting.operator,
        acts=acts,
        found=found,
        section=section,
        fields=tuple(
            DraftField(asks, register_value(filler, asks.id), texts.get(asks.id))
            for asks in section.asked
        ),
        submissions=facts.submissions.get(key, ()),
    )


def _asked(facts: SystemFacts, acting: Acting, edition: str | None) -> Registration:
    answers = orjson.dumps(facts.answers, option=orjson.OPT_SORT_KEYS)
    flags = tuple(sorted(acting.flags.items()))
    return _sections(answers, acting.roles, flags, facts.on, edition)


# LIMIT: the law's answer is the same for the same facts; a page asks it again.
@lru_cache(maxsize=256)
def _sections(
    answers: bytes,
    roles: Sequence[str],
    flags: tuple[tuple[str, str], ...],
    on: date,
    edition: str | None,
) -> Registration:
    return sections(orjson.loads(answers), roles, on, edition, dict(flags))


def _plain(field: DraftField) -> dict[str, Any]:
    written = field.written
    return {
        "id": field.asks.id,
        "citation": field.asks.citation,
        "title": field.asks.title,
        "asks": field.asks.write,
        "required": field.asks.required,
        "place": str(field.asks.place),
        "state": field.state,
        "value": field.value,
        "source": str(written.author) if written else field.register.source,
        "written_by_a_person": written is not None,
        "written_on": written.written_at.date().isoformat() if written else "",
        "reason": written.reason if written else "",
        "register_says": field.register.text,
        "still_to_write": field.still,
    }
