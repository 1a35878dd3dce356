"""The parts of the Act, by which long lists of its duties are folded."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Part:
    """A chapter or section; it begins with the Article `first`."""

    first: int
    title: Promise
    citation: Promise


# ORDER: as the Act has them. Chapter III, Section 3 stands in three parts: it alone has
# a third of all rows.
PARTS = (
    Part(1, _("General provisions"), _("Chapter I")),
    Part(5, _("Prohibited practices"), _("Chapter II")),
    Part(6, _("What is high-risk"), _("Chapter III, Section 1")),
    Part(8, _("Requirements for high-risk systems"), _("Chapter III, Section 2")),
    Part(16, _("Providers and their representatives"), _("Art. 16 to 22")),
    Part(23, _("Importers, distributors, value chain"), _("Art. 23 to 25")),
    Part(26, _("Deployers"), _("Art. 26 and 27")),
    Part(
        28,
        _("Conformity assessment, declaration, registration"),
        _("Chapter III, Sections 4 and 5"),
    ),
    Part(50, _("Transparency"), _("Chapter IV")),
    Part(51, _("General-purpose AI models"), _("Chapter V")),
    Part(57, _("Sandboxes, tests, relief for small firms"), _("Chapter VI")),
    Part(71, _("Monitoring, incidents, supervision"), _("Chapters VIII and IX")),
    Part(95, _("Codes, penalties, transition"), _("Chapters X to XIII")),
)
# Where a row belongs that is not called after an Article.
BESIDE = {"annex-vii": 43, "regulation-2026": 94}


def by_part(rows: Iterable[T], id_of: Callable[[T], str]) -> list[tuple[Part, list[T]]]:
    """Rows by the part of the Act in which their duty stands; empty parts left out."""
    found: dict[Part, list[T]] = {part: [] for part in PARTS}
    for row in rows:
        found[_part(id_of(row))].append(row)
    return [(part, together) for part, together in found.items() if together]


def _part(duty: str) -> Part:
    named = re.match(r"art-(\d+)", duty)
    beside = (at for name, at in BESIDE.items() if duty.startswith(name))
    article = int(named[1]) if named else next(beside, PARTS[-1].first)
    return [part for part in PARTS if part.first <= article][-1]
