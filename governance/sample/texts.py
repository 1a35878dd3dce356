"""The sample's technical documentation (Annex IV): own words, with the computed figures
filled in. Leaves without a file here are missing, and stay so.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from governance.sample import credit
from governance.sample.figures import card, facts

if TYPE_CHECKING:
    from governance.sample.model import CreditModel

TEXTS = Path(__file__).parent / "texts"
DRAFT, APPROVED, NOT_APPLICABLE = "draft", "approved", "not_applicable"
DRAFTS = frozenset({"A4-2e", "A4-6"})
NOT_A_PRODUCT = (
    "The system is software that runs on its own. It is no part of a product that has "
    "outer features, markings or an inner layout."
)


@dataclass(frozen=True)
class LeafText:
    """What was written for one leaf; `text` is the reason if it does not apply."""

    leaf: str
    state: str
    text: str


@cache
def annex_iv() -> tuple[LeafText, ...]:
    """Return the texts for version 2.0.0 of the credit scoring system."""
    written = [
        LeafText(
            path.stem,
            DRAFT if path.stem in DRAFTS else APPROVED,
            filled(path, facts()),
        )
        for path in TEXTS.glob("A4-*.md")
    ]
    skipped = LeafText("A4-1f", NOT_APPLICABLE, NOT_A_PRODUCT)
    return tuple(sorted([*written, skipped], key=lambda text: text.leaf))


def model_card(model: CreditModel) -> str:
    """Return one version's card: what it is, how well it did, what it is not for."""
    return filled(TEXTS / "model-card.md", card(model))


def model_cards() -> dict[str, str]:
    """Return the cards of all versions, by version."""
    return {model.version: model_card(model) for model in credit.train()}


def filled(path: Path, values: dict[str, str]) -> str:
    """Return a text with its figures; a figure that is not known raises KeyError, so
    that no text is ever shown with a hole."""
    return Template(path.read_text(encoding="utf-8")).substitute(values).strip()
