"""What pages say of data sets: lists by name, and the facts of Art. 10."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Count, Model, Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _

from registry.datasets.models import Dataset, DatasetVersion
from registry.systems.models import AISystem

# LIMIT: lines of a list on one page, and versions shown for one data set.
LINES = 50
VERSIONS = 8
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that Art. 10 asks of a data set: a field, plain words, the citation."""

    name: str
    label: Any
    citation: str
    hint: Any


ART_10 = (
    Question(
        "origin",
        _("Where the data comes from"),
        "Art. 10(2)(b)",
        _("Who made it, from which records, of which years and places."),
    ),
    Question(
        "collection",
        _("How it was collected, and what for at first"),
        "Art. 10(2)(b)",
        _("For personal data: the purpose it was collected for, and on which ground."),
    ),
    Question(
        "preparation",
        _("How it was labelled, cleaned and prepared"),
        "Art. 10(2)(c)",
        _("Who labelled it by which rule; what was removed, filled in or joined."),
    ),
    Question(
        "design_choices",
        _("Which design choices the data follows"),
        "Art. 10(2)(a)",
        _("Why these features and this target, and what was left out on purpose."),
    ),
    Question(
        "assumptions",
        _("What the data is taken to measure and stand for"),
        "Art. 10(2)(d)",
        _("“Repaid within the term” stands for “able to pay”, for example."),
    ),
    Question(
        "suitability",
        _("Whether there is enough of it, and whether it suits"),
        "Art. 10(2)(e)",
        _("How much was needed, how much there is, and what it cannot answer."),
    ),
    Question(
        "representativeness",
        _("Whom it represents, beside those the system is used on"),
        "Art. 10(3), 10(4)",
        _("Groups, places and situations of use that it covers, and how well."),
    ),
    Question(
        "known_biases",
        _("Which biases were looked for and found, and what was done"),
        "Art. 10(2)(f), 10(2)(g)",
        _("Also “looked for by sex and age, none found above …”."),
    ),
    Question(
        "gaps",
        _("Gaps and shortcomings, and how they are met"),
        "Art. 10(2)(h)",
        _("What stands in the way of the requirements, and what follows from it."),
    ),
)


@dataclass(frozen=True, slots=True)
class Stated:
    """The answer of one version to one question; "" is not established."""

    question: Question
    text: str


@dataclass(frozen=True, slots=True)
class NamedPage(Generic[Row]):
    """A page of a list by name, and the name after which the next one begins."""

    rows: Sequence[Row]
    after: str


def stated(version: DatasetVersion) -> list[Stated]:
    """What the version says to each question of Art. 10, in the order of asking."""
    return [Stated(q, getattr(version, q.name)) for q in ART_10]


def missing(version: DatasetVersion) -> list[Question]:
    """The questions that the version leaves open."""
    return [q for q in ART_10 if not getattr(version, q.name)]


def named_page(rows: QuerySet[Row], *, q: str = "", after: str = "") -> NamedPage[Row]:
    """Rows by name whose name has the words, after a name."""
    if q:
        rows = rows.filter(name__icontains=q)
    if after:
        rows = rows.filter(name__gt=after)
    found = list(rows.order_by("name", "pk")[: LINES + 1])
    more = len(found) > LINES
    return NamedPage(found[:LINES], found[LINES - 1].name if more else "")  # type: ignore[attr-defined]


def counted(datasets: QuerySet[Dataset]) -> QuerySet[Dataset]:
    """Data sets with the number of their versions."""
    return datasets.annotate(version_count=Count("versions", distinct=True))


def learnt_from(version: DatasetVersion, systems: QuerySet[AISystem]) -> Sequence[Any]:
    """Model versions that learnt from it, of models that one of the systems uses.

    Their room lies above this one: they are read by the name of the relation.
    """
    seen = systems.order_by().values("pk")
    rows = version.trained_versions.filter(aimodel__systems__in=seen).distinct()
    return list(rows.select_related("aimodel").order_by("-created_at")[:LINES])


def datasets_of(
    system: AISystem,
) -> list[tuple[Dataset, list[tuple[DatasetVersion, list[Question]]]]]:
    """The system's data sets by name; newest versions, and what each leaves open."""
    newest = DatasetVersion.objects.order_by("-created_at")[:VERSIONS]
    rows = counted(system.datasets.all()).prefetch_related(
        Prefetch("versions", newest, "newest")
    )
    found: list[Any] = list(rows.order_by("name")[:LINES])
    return [(each, [(v, missing(v)) for v in each.newest]) for each in found]
