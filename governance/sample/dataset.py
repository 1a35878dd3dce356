"""The 1,000 credits: read, decoded, divided. data/README.md says what they are worth.

The division is drawn by hashing the row number, not by a random generator, so that it
is the same on every machine and with every version of every library.
"""

from __future__ import annotations

import csv
import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"
CREDITS = DATA / "germancredit.csv"
SHA256 = "659b9350fa46a8dab7e73daa167c28a488d0714aa39d643295347d1f82b3696f"
HELD_OUT = 300
SPLIT_SALT = "probatum sample split 1"
OUTCOME = "credit_risk"
REPAID = "1"
# The original's names, where they hold a character that JSON readers stumble over.
RENAMED = {
    "savings_account/bonds": "savings_account_and_bonds",
    "other_debtors/guarantors": "other_debtors_or_guarantors",
}
AGE_BANDS = ((26, "below 26"), (36, "26 to 35"), (51, "36 to 50"), (999, "over 50"))

Value = int | str


@dataclass(frozen=True)
class Credit:
    """One row: its number in the file (from 1), the applicant, and what happened."""

    row: int
    applicant: dict[str, Value]
    repaid: bool

    @property
    def subject(self) -> str:
        return f"applicant-{self.row:04}"

    @property
    def segment(self) -> dict[str, str]:
        """The groups that figures are given for, as the data's documentation names
        them; it is known to be wrong in part (data/README.md)."""
        age = int(self.applicant["age_in_years"])
        return {
            "sex": str(self.applicant["personal_status_and_sex"]).partition(":")[0],
            "age_band": next(name for limit, name in AGE_BANDS if age < limit),
            "foreign_worker": str(self.applicant["foreign_worker"]),
        }


class DataChanged(Exception):
    """The data file is not the one whose licence and contents were checked."""


@cache
def codes() -> dict[str, dict[str, str]]:
    """Return the meaning of each code of each attribute that is coded."""
    text = (DATA / "codes.json").read_text(encoding="utf-8")
    meanings: dict[str, dict[str, str]] = json.loads(text)
    return meanings


@cache
def credits() -> tuple[Credit, ...]:
    """Return all credits in the order of the file."""
    content = CREDITS.read_bytes()
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise DataChanged(
            f"{CREDITS.name} has another SHA-256 than {SHA256}. "
            "Restore the file, or check the new one and its licence first."
        )
    rows = csv.DictReader(content.decode("ascii").splitlines())
    return tuple(_credit(number, row) for number, row in enumerate(rows, 1))


def _credit(number: int, row: dict[str, str]) -> Credit:
    outcome = row.pop(OUTCOME)
    named = {RENAMED.get(name, name): code for name, code in row.items()}
    applicant = {name: _decoded(name, code) for name, code in named.items()}
    return Credit(number, applicant, outcome == REPAID)


def _decoded(name: str, code: str) -> Value:
    meanings = codes().get(name)
    return int(code) if meanings is None else meanings[code]


@cache
def divided() -> tuple[tuple[Credit, ...], tuple[Credit, ...]]:
    """Return (training, held out): the held-out rows are those with the smallest hashes
    of their numbers, in that order, which is the order in which they "apply"."""
    drawn = sorted(credits(), key=lambda credit: draw(SPLIT_SALT, credit.row))
    held_out = tuple(drawn[:HELD_OUT])
    training = sorted(drawn[HELD_OUT:], key=lambda credit: credit.row)
    return tuple(training), held_out


def draw(*parts: object) -> float:
    """Return a number from 0 to below 1 that depends on the parts alone."""
    text = "\0".join(map(str, parts)).encode()
    return int.from_bytes(hashlib.sha256(text).digest()[:6]) / 2**48
