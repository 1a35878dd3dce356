"""What a dossier says of the log's coverage: of numbered events, how many came."""

from dataclasses import dataclass
from datetime import datetime

from audits.log.models import Log
from audits.streams.models import Gap
from audits.streams.selectors import Coverage, SourceCoverage, coverage, listed_gaps


@dataclass(frozen=True, slots=True)
class CoverageLine:
    """One source, or all of them."""

    source: str
    percent: str
    """Rounded down to a tenth; empty when nothing is numbered."""
    present: int
    missing: int
    gaps: int
    late: int
    faults: int
    not_numbered: int


@dataclass(frozen=True, slots=True)
class GapFacts:
    """Numbers that never came."""

    source: str
    epoch: str
    first: int
    last: int
    noticed_at: datetime
    lost_by_source: bool
    declared: bool


@dataclass(frozen=True, slots=True)
class CoverageFacts:
    """The coverage, counted up to an entry of its own."""

    counted_to: int
    whole: CoverageLine
    sources: tuple[CoverageLine, ...]
    listed: tuple[GapFacts, ...]
    """The newest gaps; the numbers count all."""
    silent: tuple[str, ...]
    """Sources that are expected and not heard."""


def coverage_facts(log: Log) -> CoverageFacts:
    """The coverage of the log's whole life, as far as it was read."""
    found = coverage(log)
    return CoverageFacts(
        counted_to=found.read_to,
        whole=_line("", found),
        sources=tuple(_line(each.source, each) for each in found.sources),
        listed=tuple(_gap(gap) for gap in listed_gaps(log)),
        silent=tuple(sorted({each.source for each in found.silent})),
    )


def _line(source: str, of: Coverage | SourceCoverage) -> CoverageLine:
    return CoverageLine(
        source, of.percent, of.present, of.missing, of.gaps, of.late, of.faults,
        of.not_numbered,
    )  # fmt: skip


def _gap(gap: Gap) -> GapFacts:
    return GapFacts(
        gap.stream.source, gap.stream.epoch, gap.first, gap.last, gap.noticed_at,
        gap.spent, gap.declared,
    )  # fmt: skip
