"""Art. 25: the changes by which somebody else becomes the provider, as questions."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "value_chain.toml"
# Whoever holds one of these is the provider already (Art. 3(3), 3(68)).
PROVIDERS = frozenset({"provider", "downstream_provider"})


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter of Art. 25(1) or (3): whom it asks, what, and in the Act's words.

    `flag` is the fact of `duties/who.toml` that a yes establishes.
    """

    id: str
    citation: str
    asks: tuple[str, ...]
    flag: str
    text: str
    help: str
    example_inside: str
    example_outside: str
    words: str
    who_knows: str


@cache
def letters() -> tuple[Letter, ...]:
    """Every letter, in the order of the Act."""
    rows = tomllib.loads(DATA.read_text(encoding="utf-8"))["letter"]
    return tuple(Letter(**row | {"asks": tuple(row["asks"])}) for row in rows)


def askable() -> frozenset[str]:
    """The roles that can turn into that of a provider."""
    return frozenset(role for letter in letters() for role in letter.asks)


def facts() -> frozenset[str]:
    """The facts that the letters settle: each is answered by them alone."""
    return frozenset(letter.flag for letter in letters())


def letters_for(roles: Collection[str]) -> tuple[Letter, ...]:
    """The letters that somebody with one of these roles has to answer."""
    return tuple(each for each in letters() if set(each.asks) & set(roles))
