"""What differs from what was last submitted, and of which systems."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from governance.law.words import day
from governance.registration.contents.drafts import Draft, drafts
from governance.registration.models import RegistrationSubmission
from governance.registration.selectors import facts_for, submitted_systems
from registry.systems.models import AISystem

# LIMIT: systems whose drafts are compared for one page of a work list.
MOST = 40


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that is not what was submitted.

    `kind`: changed, added, removed, or moved (into or out of the secure section);
    register: the text of a person stands, but what it replaced has changed.
    """

    id: str
    citation: str
    title: str
    kind: str
    before: str
    now: str


@dataclass(frozen=True, slots=True)
class Alarm:
    """A submission that the facts have left behind."""

    draft: Draft
    submission: RegistrationSubmission
    differences: tuple[Difference, ...]

    @property
    def words(self) -> str:
        """What is out of date, without a word of what stands in it."""
        told = {
            "title": self.draft.section.title,
            "day": day(self.submission.submitted_on),
            "n": len(self.differences),
        }
        if not self.draft.bound:
            return _(
                "%(title)s, submitted on %(day)s, does not bind any more by what is "
                "known now."
            ) % told  # fmt: skip
        return ngettext(
            "%(title)s: %(n)s field is no longer what was submitted on %(day)s.",
            "%(title)s: %(n)s fields are no longer what was submitted on %(day)s.",
            len(self.differences),
        ) % told  # fmt: skip


def differences(draft: Draft) -> tuple[Difference, ...]:
    """What the draft says now against what was last submitted, field by field."""
    if draft.submitted is None:
        return ()
    return compare(draft.submitted.content, draft.content)


def compare(
    before: Mapping[str, Any], now: Mapping[str, Any]
) -> tuple[Difference, ...]:
    """The fields of two contents that differ, in the order of the newer."""
    old = {field["id"]: field for field in before["fields"]}
    new = {field["id"]: field for field in now["fields"]}
    found = (_difference(old.get(id_), new.get(id_)) for id_ in {**new, **old})
    return tuple(each for each in found if each)


def alarms(systems: Iterable[AISystem], on: date) -> list[Alarm]:
    """The submissions that no longer say what the register says, or do not bind."""
    known = {system.pk: system for system in systems}
    ids = list(submitted_systems(known.values())[:MOST])
    if not ids:
        return []
    found = facts_for([known[pk] for pk in ids], on)
    return [
        Alarm(draft, draft.submitted, differing)
        for facts in found.values()
        for draft in drafts(facts)
        if draft.submitted and ((differing := differences(draft)) or not draft.bound)
    ]


def _difference(
    old: Mapping[str, Any] | None, new: Mapping[str, Any] | None
) -> Difference | None:
    either = new or old or {}
    kind = _kind(old, new)
    if not kind:
        return None
    told = "register_says" if kind == "register" else "value"
    return Difference(
        id=either["id"],
        citation=either["citation"],
        title=either["title"],
        kind=kind,
        before=old[told] if old else "",
        now=new[told] if new else "",
    )


def _kind(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> str:
    if old is None or new is None:
        return "added" if old is None else "removed"
    does_not = "not_applicable"
    if (old["value"], old["state"] == does_not) != (
        new["value"],
        new["state"] == does_not,
    ):
        return "changed"
    if old["place"] != new["place"]:
        return "moved"
    return "" if old["register_says"] == new["register_says"] else "register"
