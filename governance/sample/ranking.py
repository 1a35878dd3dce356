"""The applicant-ranking system of the sample: SIMULATED applicants, a plain formula.

No file of real applicants has a licence that allows it to be shipped here, so there are
none: skills, years and degree are drawn by hashing a number. What is computed from them
is computed: the score is

    0.5 x (share of the vacancy's skills that the applicant has)
  + 0.3 x (years of experience, at most 10, divided by 10)
  + 0.2 x (1 for a degree, else 0)

and the rank is the place by that score within the vacancy.

Broken on purpose, so that Probatum has something to find (see BROKEN).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import perf_counter
from typing import TYPE_CHECKING, Any

from governance.sample import clockwork
from governance.sample.dataset import draw
from governance.sample.features import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator

NOTICE = "Simulated applicants: no real person, no real application."
VERSION, UNREGISTERED = "0.9.0", "0.9.1-hotfix"
DEPLOYMENT = "hr-portal"
DAYS = 60
GAP = (40, 30)  # days before now in which no deployment is on record
LOST = frozenset({41, 42, 43})  # numbers of the producer's events that were never sent
PER_VACANCY = 24
SHORTLIST = 5
WEIGHTS = {"skills": 0.5, "experience": 0.3, "degree": 0.2}
MOST_YEARS = 10
SKILLS = ("python", "sql", "statistics", "sales", "accounting", "german", "english")
VACANCIES = {
    "V-101 data analyst": ("python", "sql", "statistics"),
    "V-102 account manager": ("sales", "english", "german"),
    "V-103 bookkeeper": ("accounting", "german", "sql"),
    "V-104 pricing actuary": ("statistics", "python", "english"),
}
BROKEN = (
    f"Some predictions name version {UNREGISTERED}, which nobody registered.",
    "For ten days no deployment is on record, although predictions were made then.",
    f"The producer's events {min(LOST)} to {max(LOST)} are missing, by its numbers.",
    "No overseer has looked at any of its predictions.",
    "Its technical documentation is empty.",
)


@dataclass(frozen=True)
class Applicant:
    """One simulated applicant for one vacancy."""

    name: str
    skills: tuple[str, ...]
    years: int
    degree: bool


def applicants(vacancy: str) -> tuple[Applicant, ...]:
    """Return a vacancy's simulated applicants: about half have any one skill, up to 14
    years, and two in five a degree."""
    return tuple(_applicant(f"{vacancy[:5]}-{k:02}") for k in range(1, PER_VACANCY + 1))


def _applicant(name: str) -> Applicant:
    return Applicant(
        name=name,
        skills=tuple(s for s in SKILLS if draw("skill", name, s) < 0.5),
        years=int(15 * draw("years", name)),
        degree=draw("degree", name) < 0.4,
    )


def parts(applicant: Applicant, vacancy: str) -> dict[str, float]:
    """Return the three terms of the score."""
    wanted = VACANCIES[vacancy]
    held = sum(skill in applicant.skills for skill in wanted) / len(wanted)
    years = min(applicant.years, MOST_YEARS) / MOST_YEARS
    terms = {"skills": held, "experience": years, "degree": float(applicant.degree)}
    return {name: round(WEIGHTS[name] * term, 6) for name, term in terms.items()}


def score(applicant: Applicant, vacancy: str) -> float:
    """Return the applicant's score for the vacancy, from 0 to 1."""
    return round(sum(parts(applicant, vacancy).values()), 6)


def artefact() -> bytes:
    """Return the formula as canonical JSON; its SHA-256 is that of version 0.9.0."""
    weights = {name: f"{weight:.1f}" for name, weight in WEIGHTS.items()}
    return canonical({"formula": "weighted sum, version 0.9.0", "weights": weights})


def sha256() -> str:
    """Return the artefact's digest in hexadecimal."""
    return hashlib.sha256(artefact()).hexdigest()


def deployments(now: datetime) -> tuple[tuple[datetime, datetime | None], ...]:
    """Return the periods on record for version 0.9.0; between them lies GAP."""
    gap_start, gap_end = (now - timedelta(days=days) for days in GAP)
    return ((now - timedelta(days=DAYS), gap_start), (gap_end, None))


def predictions(now: datetime, salt: str) -> Iterator[dict[str, Any]]:
    """Return the rankings in the shape of POST /api/v1/events, in order of time."""
    people = [(v, a) for v in VACANCIES for a in applicants(v)]
    start = now - timedelta(days=DAYS)
    moments = clockwork.instants(len(people), start, now, f"{salt}/ranking")
    numbers = clockwork.sequence(f"{salt}-ranking")
    for (vacancy, applicant), at, number in zip(people, moments, numbers, strict=False):
        if number["seq"] not in LOST:
            yield _predict(vacancy, applicant, at, salt) | number


def _predict(
    vacancy: str, applicant: Applicant, at: datetime, salt: str
) -> dict[str, Any]:
    begun = perf_counter()
    terms, mine = parts(applicant, vacancy), score(applicant, vacancy)
    better = sum(score(other, vacancy) > mine for other in applicants(vacancy))
    took = (perf_counter() - begun) * 1000
    last = list(VACANCIES)[-1]
    return {
        "id": str(clockwork.name_id(salt, "ranking", applicant.name)),
        "type": "prediction",
        "occurred_at": clockwork.instant(at),
        "model_version": UNREGISTERED if vacancy == last else VERSION,
        "deployment": DEPLOYMENT,
        "input": {
            "notice": NOTICE,
            "vacancy": vacancy,
            "wanted": list(VACANCIES[vacancy]),
            "skills": list(applicant.skills),
            "years": applicant.years,
            "degree": applicant.degree,
        },
        "features": terms,
        "output": {
            "score": mine,
            "rank": better + 1,
            "of": PER_VACANCY,
            "shortlisted": better < SHORTLIST,
        },
        "subject": f"simulated-{applicant.name}",
        "segment": vacancy,
        "endpoint": "POST /rank",
        "latency_ms": round(took, 4),
    }
