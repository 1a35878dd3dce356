"""Acts of the trail in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson

from audits.trail.models import TrailEntry
from registry.predictions.contents.disclosure import BASES


@dataclass(frozen=True, slots=True)
class ActLine:
    """One act as the trail's page shows it."""

    row: TrailEntry

    @property
    def idx(self) -> int:
        return self.row.idx

    @property
    def at(self) -> datetime:
        return self.row.at

    @property
    def words(self) -> str:
        """The verb as words: "classification.approved" -> "Classification approved"."""
        return self.row.verb.replace(".", " ").replace("_", " ").capitalize()

    @property
    def details(self) -> str:
        """What the act recorded, as indented JSON; "" when nothing."""
        if not self.row.details:
            return ""
        return orjson.dumps(self.row.details, option=orjson.OPT_INDENT_2).decode()


def act_lines(rows: Sequence[TrailEntry]) -> list[ActLine]:
    return [ActLine(row) for row in rows]


@dataclass(frozen=True, slots=True)
class DisclosureLine:
    """One disclosure: who chose what, for whom, on what ground."""

    row: TrailEntry
    recipient: str
    purpose: str
    ground: object
    fields: Sequence[str]
    """What was shown: "output › score"."""


def disclosure_lines(rows: Sequence[TrailEntry]) -> list[DisclosureLine]:
    return [
        DisclosureLine(
            row,
            row.details["recipient"],
            row.details["purpose"],
            BASES.get(row.details["legal_basis"], row.details["legal_basis"]),
            [" › ".join(path) for path in row.details["fields"]],
        )
        for row in rows
    ]
