"""Answers and verdicts in words, as the pages show them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from governance.classification.contents.findings import Told, told
from governance.classification.contents.guidance import RULED_OUT, guidance_words
from governance.classification.contents.interview import readable
from governance.classification.contents.provenance import Given
from governance.law.facts import UNKNOWN, Facts
from governance.law.load import law
from governance.law.model import Confidence, Question
from governance.law.verdict import Missing, Ruled, Verdict
from governance.law.words import day


@dataclass(frozen=True, slots=True)
class Line:
    """One answer in words."""

    fact: str
    question: str
    answer: str
    citation: str
    who_knows: str = ""
    unknown: bool = False
    given: Given | None = None


@dataclass(frozen=True, slots=True)
class Gone:
    """A provision that was ruled out, and whether draft guidance alone did it."""

    title: str
    citation: str
    drafted: str


@dataclass(frozen=True, slots=True)
class Excluded:
    """Provisions that the same answers ruled out."""

    because: Sequence[Line]
    provisions: Sequence[Gone]


@dataclass(frozen=True, slots=True)
class Asking:
    """Facts that are not established, by who is likely to know them."""

    who: str
    facts: Sequence[Missing]


@dataclass(frozen=True, slots=True)
class Account:
    """A verdict as a page tells it: what holds, what is open, what was ruled out."""

    verdict: Verdict
    edition: str
    established: Sequence[Told]
    unsettled: Sequence[Told]
    asking: Sequence[Asking]
    presumed: Sequence[Line]
    excluded: Sequence[Excluded]

    @property
    def ruled_out(self) -> int:
        return sum(len(group.provisions) for group in self.excluded)


def account(
    verdict: Verdict,
    answers: Mapping[str, Any],
    costs: Mapping[str, Sequence[str]] | None = None,
    held: Sequence[str] = (),
) -> Account:
    """Tell a verdict on these answers.

    `costs` of breaches go by a finding's id; `held` are our roles as the register has
    them, which count for nothing until somebody answers, and are shown until then.
    """
    unsure, known = Confidence.NOT_ESTABLISHED, costs or {}
    said = {
        f.id: replace(told(f, held), costs=known.get(f.id, ()))
        for f in verdict.findings
    }
    return Account(
        verdict=verdict,
        edition=edition_title(verdict.edition),
        established=[said[item.id] for item in verdict.established],
        unsettled=[said[f.id] for f in verdict.findings if f.confidence is unsure],
        asking=list(_asking(verdict.open_facts)),
        presumed=list(_presumed(verdict, answers)),
        excluded=list(_excluded(verdict.ruled_out, answers)),
    )


def edition_title(edition: str) -> str:
    """The title of an edition; its id when the data no longer has it."""
    titles = {item.id: item.title for item in law().editions}
    return titles.get(edition, edition)


def _asking(missing: Iterable[Missing]) -> Iterator[Asking]:
    groups: dict[str, list[Missing]] = {}
    for item in missing:
        groups.setdefault(item.who_knows, []).append(item)
    return (Asking(who, facts) for who, facts in groups.items())


def _presumed(verdict: Verdict, answers: Mapping[str, Any]) -> Iterator[Line]:
    """Facts on which the verdict rests because the law presumes them, not a person."""
    reasons = [step.fact for finding in verdict.findings for step in finding.steps]
    reasons += [fact for ruled in verdict.ruled_out for fact in ruled.because]
    facts = Facts(readable(answers), law().questions)
    return (_assumption(fact) for fact in dict.fromkeys(reasons) if facts.assumed(fact))


def _excluded(ruled: Iterable[Ruled], answers: Mapping[str, Any]) -> Iterator[Excluded]:
    groups: dict[tuple[str, ...], list[Ruled]] = {}
    for item in ruled:
        groups.setdefault(item.because, []).append(item)
    said = {line.fact: line for line in lines(answers)}
    for because, provisions in groups.items():
        reasons = [said.get(fact) or _assumption(fact) for fact in because]
        gone = [
            Gone(r.title, r.citation, guidance_words(r.guidance, RULED_OUT, because))
            for r in provisions
        ]
        yield Excluded(reasons, gone)


def _assumption(fact: str) -> Line:
    """A fact that nobody answered and that counts as the law presumes."""
    question = law().questions.get(fact)
    if question is None:
        return Line(fact, fact, _("not established"), "")
    value = question.assume or UNKNOWN
    answer = _("%(answer)s (assumed)") % {"answer": in_words(question, value)}
    return Line(fact, question.text, answer, question.citation)


def lines(
    answers: Mapping[str, Any], known: Mapping[str, Given] | None = None
) -> Iterator[Line]:
    """The answers in words, in the order of asking; a retired question keeps its id.

    `known` is their provenance, by fact.
    """
    asked, by = law().questions, known or {}
    for fact in (*(q for q in asked if q in answers), *sorted(set(answers) - {*asked})):
        question = asked.get(fact)
        if question is None:
            yield Line(fact, fact, str(answers[fact]), "", given=by.get(fact))
            continue
        yield Line(
            fact,
            question.text,
            in_words(question, answers[fact]),
            question.citation,
            question.who_knows,
            is_unknown(answers[fact]),
            by.get(fact),
        )


def is_unknown(answer: object) -> bool:
    """Whether somebody said "I cannot tell", of all or of some choices."""
    return UNKNOWN in answer if isinstance(answer, list | tuple) else answer == UNKNOWN


def in_words(question: Question, answer: object, unknown: str = "") -> str:
    """One answer as a sentence part: "Yes", "Credit…; of the others I cannot tell".

    `unknown` is said instead of "I cannot tell" where others read it.
    """
    values = list(answer) if isinstance(answer, list | tuple) else [answer]
    texts = {choice.id: choice.text for choice in question.choices}
    plain = {"yes": _("Yes"), "no": _("No"), UNKNOWN: unknown or _("I cannot tell")}
    if question.kind == "date":
        plain["no"] = _("That has not happened")
        if str(answer) not in plain:
            return day(date.fromisoformat(str(answer)))
    if len(values) > 1 and not unknown:
        plain[UNKNOWN] = _("of the others I cannot tell")
    return "; ".join(texts.get(str(v)) or plain.get(str(v)) or str(v) for v in values)
