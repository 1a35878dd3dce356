"""What of one entry is disclosed, and what a reader then only knows to exist.

A choice is a path: a role, and the names that lead to a field of it. It takes along
all that lies below it, so that a role alone is the whole part.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audits.payloads.encoding import Part
from audits.tlog import bundle
from registry.predictions.contents.event import Contents
from registry.predictions.contents.lists import in_words

Path = tuple[str, ...]
ROLES: Mapping[str, object] = {
    "input": gettext_lazy("Input"),
    "output": gettext_lazy("Output"),
    "person": gettext_lazy("Person"),
    "operation": gettext_lazy("Operation"),
    "decision": gettext_lazy("Decision of the reviewer"),
    "act": gettext_lazy("Act"),
}
# On what ground something is disclosed: codes that the log keeps.
BASES = {
    "art_21_2": gettext_lazy("Art. 21(2): an authority asks the provider for logs"),
    "art_26_12": gettext_lazy("Art. 26(12): the deployer cooperates with an authority"),
    "art_74_12": gettext_lazy("Art. 74(12): market surveillance asks for data"),
    "art_86": gettext_lazy("Art. 86: an affected person asks for an explanation"),
    "gdpr_15": gettext_lazy("GDPR Art. 15: the person asks for access to data on them"),
    "other": gettext_lazy("Another ground, named in the purpose"),
}
# LIMIT: a value is shown in a line of a table; the file has all of it.
SHOWN = 300


class NotDisclosable(Exception):
    """What was chosen cannot be disclosed, and why."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that can be disclosed by itself, with what it says."""

    path: Path
    text: str

    @property
    def key(self) -> str:
        """The path as one text, for forms and addresses."""
        return json.dumps(self.path, ensure_ascii=False)

    @property
    def name(self) -> str:
        return " › ".join(self.path[1:])


@dataclass(frozen=True, slots=True)
class Group:
    """One part, with what of it can be disclosed by itself."""

    role: str
    choices: Sequence[Choice]
    is_whole: bool
    """It was committed to whole, and can be disclosed whole or not at all."""
    is_erased: bool = False

    @property
    def label(self) -> object:
        return ROLES.get(self.role, self.role)


@dataclass(slots=True)
class Selection:
    """A choice, held against what is kept of the entry."""

    parts: list[bundle.Part] = field(default_factory=list)
    shown: list[Choice] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    """What the reader only knows to exist, in words."""

    @property
    def digest(self) -> str:
        """SHA-256 of the disclosed parts as they stand in the file, keys sorted."""
        parts = [part.document() for part in self.parts]
        text = json.dumps(parts, sort_keys=True, separators=(",", ":"))
        return sha256(text.encode()).hexdigest()


def groups_of(contents: Contents) -> list[Group]:
    """All that the entry commits to, in its order."""
    kept = {part.role: part for part in contents.parts}
    return [
        Group(role, choices_of(kept[role]), not kept[role].fields)
        if role in kept
        else Group(role, [], is_whole=True, is_erased=True)
        for role in committed(contents)
    ]


def committed(contents: Contents) -> list[str]:
    return [each["role"] for each in contents.fields.get("pay", [])]


def choices_of(part: Part) -> list[Choice]:
    if not part.fields:
        return [Choice((part.role,), _cut(in_words(part.value())))]
    pairs = zip(part.names(), part.fields, strict=True)
    return [
        Choice((part.role, *names), _cut(in_words(json.loads(each.data)[-1])))
        for names, each in pairs
    ]


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"


def select(contents: Contents, paths: Collection[Path]) -> Selection:
    """What these paths disclose; NotDisclosable for one that cannot be."""
    if contents.broken:
        raise NotDisclosable(_("The stored payload does not open: it was changed."))
    kept = {part.role: part for part in contents.parts}
    for path in paths:
        _check(contents, kept, path)
    found = Selection()
    for role in committed(contents):
        part = kept.get(role)
        if part is None:
            told = _("%(role)s: not kept any more")
            found.hidden.append(told % {"role": _label(role)})
        else:
            _take(found, part, [path[1:] for path in paths if path[0] == role])
    return found


def _check(contents: Contents, kept: Mapping[str, Part], path: Path) -> None:
    role, part = path[0], kept.get(path[0])
    if part is None and role in committed(contents):
        raise NotDisclosable(
            _("“%(role)s” is not kept any more: nobody can disclose it.")
            % {"role": _label(role)}
        )
    names = part.names() if part else []
    if part is None or (names and not any(_lies_below(n, path[1:]) for n in names)):
        raise NotDisclosable(
            _("The entry has no “%(name)s”.") % {"name": " › ".join(path)}
        )
    if not names and path[1:]:
        raise NotDisclosable(
            _("“%(role)s” was committed to as a whole: it can be disclosed whole or "
              "not at all.") % {"role": _label(role)}
        )  # fmt: skip


def _take(found: Selection, part: Part, chosen: Sequence[Path]) -> None:
    """Add what is chosen of the part, and say what is left of it."""
    choices = choices_of(part)
    numbers = {
        n
        for n, choice in enumerate(choices)
        if any(_lies_below(choice.path[1:], path) for path in chosen)
    }
    if numbers:
        found.parts.append(part.disclosed(numbers))
        found.shown += [choices[n] for n in sorted(numbers)]
    left = len(choices) - len(numbers)
    if left and not part.fields:
        told = ngettext("%(count)s byte", "%(count)s bytes", len(part.data))
        _hide(found, part.role, told, len(part.data))
    elif left and numbers:
        told = ngettext("%(count)s more field", "%(count)s more fields", left)
        _hide(found, part.role, told, left)
    elif left:
        told = ngettext("%(count)s field", "%(count)s fields", left)
        _hide(found, part.role, told, left)


def _hide(found: Selection, role: str, told: str, count: int) -> None:
    found.hidden.append(f"{_label(role)}: {told % {'count': count}}")


def _lies_below(names: Path, path: Path) -> bool:
    return names[: len(path)] == path


def _label(role: str) -> str:
    return str(ROLES.get(role, role))
