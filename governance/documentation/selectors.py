"""The 23 leaves of Annex IV for a version: what people wrote, and what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from governance.documentation.models import AnnexText
from governance.law.load import annex_iv
from governance.law.model import AnnexLeaf
from registry.documents.models import Document
from registry.documents.selectors import pickable
from registry.systems.models import AISystem, SystemVersion

MISSING = "missing"
LEAVES = {leaf.id: leaf for leaf in annex_iv()}


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf of the annex, and its text for one version if there is one."""

    asks: AnnexLeaf
    row: AnnexText | None
    evidence: int

    @property
    def state(self) -> str:
        return self.row.state if self.row else MISSING

    @property
    def point(self) -> str:
        """The point of the annex: "2(d)"."""
        return self.asks.citation.removeprefix("Annex IV, point ")


@dataclass(frozen=True, slots=True)
class Figures:
    """How many leaves stand where. Only a second person's approval counts as done."""

    approved: int
    not_applicable: int
    drafts: int
    missing: int
    total: int

    @property
    def settled(self) -> int:
        return self.approved + self.not_applicable


def versions_with_texts(system: AISystem) -> Sequence[Any]:
    """The versions of a system, newest first, each with its number of texts."""
    rows = SystemVersion.objects.filter(system=system)
    return list(rows.annotate(texts=Count("annex_texts")).order_by("-created_at"))


def version_of(system: AISystem, version_id: UUID) -> SystemVersion:
    """A version of the system whose door was passed; 404 otherwise."""
    rows = SystemVersion.objects.filter(system=system, pk=version_id)
    version = rows.select_related("system__log").first()
    if version is None:
        raise Http404(_("This system has no such version."))
    return version


def leaf_of(leaf_id: str) -> AnnexLeaf:
    """A leaf by its id; 404 when the annex has none of that name."""
    if leaf_id not in LEAVES:
        raise Http404(_("Annex IV has no such point."))
    return LEAVES[leaf_id]


def leaves(version: SystemVersion) -> list[Leaf]:
    """All leaves in the order of the annex."""
    rows = AnnexText.objects.filter(version=version)
    rows = rows.select_related("author", "approved_by")
    written = {row.leaf: row for row in rows.annotate(backed_by=Count("evidence"))}
    return [
        Leaf(leaf, row, getattr(row, "backed_by", 0))
        for leaf in LEAVES.values()
        for row in [written.get(leaf.id)]
    ]


def figures(found: Sequence[Leaf]) -> Figures:
    """The leaves counted by state."""
    states = [leaf.state for leaf in found]
    state = AnnexText.State
    return Figures(
        approved=states.count(state.APPROVED),
        not_applicable=states.count(state.NOT_APPLICABLE),
        drafts=states.count(state.DRAFT),
        missing=states.count(MISSING),
        total=len(states),
    )


def text_of(version: SystemVersion, leaf_id: str) -> AnnexText | None:
    """What was written for a leaf, with its evidence."""
    rows = AnnexText.objects.filter(version=version, leaf=leaf_id)
    rows = rows.select_related("author", "approved_by").prefetch_related("evidence")
    return rows.first()


def to_back(system: AISystem, row: AnnexText | None) -> QuerySet[Document]:
    """Documents of the system that may back a text, and those that do already."""
    return pickable(system, [each.pk for each in row.evidence.all()] if row else [])
