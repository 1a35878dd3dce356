"""Labels and headlines: how a finding is said in one line of plain English."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from governance.law.model import Confidence, Kind, Window
from governance.law.rules import Rule
from governance.law.verdict import Finding

NAMES = {
    Kind.PROHIBITED: "Prohibited practice",
    Kind.HIGH_RISK: "High-risk",
    Kind.DEROGATED: "Exempt from high-risk, with duties",
    Kind.SECTION_B: "High-risk product, limited regime",
    Kind.NOT_PERMITTED: "Not permitted by other law; would be",
    Kind.TRANSPARENCY: "Transparency duty",
    Kind.GPAI: "General-purpose AI model",
    Kind.GPAI_SYSTEMIC: "General-purpose AI model with systemic risk",
    Kind.OUT_OF_SCOPE: "Outside the Act",
    Kind.NOT_AI: "Not an AI system",
}
DATED = frozenset(NAMES) - {Kind.OUT_OF_SCOPE, Kind.NOT_AI, Kind.NOT_PERMITTED}
PREFIX = {
    Confidence.ESTABLISHED: "",
    Confidence.NOT_ESTABLISHED: "Not established: ",
    Confidence.DISPUTED: "Disputed: ",
}
DRAFT = "By draft guidance alone: "
# Not strftime: its months follow the locale of the machine.
MONTHS = {1: "Jan", 2: "Feb", 3: "Mar", 4: "Apr", 5: "May", 6: "Jun"}
MONTHS |= {7: "Jul", 8: "Aug", 9: "Sep", 10: "Oct", 11: "Nov", 12: "Dec"}


def day(when: date) -> str:
    """A date as in "2 Dec 2027", the same on every machine."""
    return f"{when.day} {MONTHS[when.month]} {when.year}"


def label(
    rule: Rule, confidence: Confidence, span: Window, when: tuple[date, Sequence[str]]
) -> str:
    """One line such as "High-risk from 2 Dec 2027 · Annex III 5(b)".

    `when` is the day of asking and the open exceptions on which alone a finding hangs:
    a prohibition then raises an alarm, "Prohibited since … unless …, not established".
    """
    on, unless = when
    name = PREFIX[confidence] + NAMES[rule.kind]
    if rule.kind is Kind.NOT_PERMITTED:
        return f"{name} {rule.short}"
    if rule.kind not in DATED:
        return f"{name} · {rule.short}"
    if span.earlier is None:
        return f"{name} once its design changes significantly · {rule.short}"
    word = "since" if span.earlier <= on else "from"
    since = f"{word} {day(span.earlier)}"
    if unless and rule.kind is Kind.PROHIBITED:
        alarm = f"Prohibited {since} unless {' or '.join(unless)}, not established"
        return f"{alarm} · {rule.short}"
    return f"{name} {since} · {rule.short}"


@lru_cache(maxsize=1024)
def timing(span: Window, on: date) -> str:
    """When it bites, both readings included, in a sentence or two."""
    if span.earlier is None:
        first = "Applies only once the design changes significantly"
        first += f", at the latest on {day(span.later)}." if span.later else "."
    else:
        verb = "Applies since" if span.earlier <= on else "Applies from"
        first = f"{verb} {day(span.earlier)}."
        if span.reading:
            first += f" Later reading: {day(span.reading)}."
        first = f"{first} {doubt(span)}".strip()
    return f"{first} {span.note}".strip()


def doubt(span: Window) -> str:
    """What to say after the days of a span that is not settled; "" where it is.

    What Art. 111 puts off hangs on facts of the system and is no reading of the law.
    """
    if span.later == span.earlier:
        return ""
    if span.reading and span.later == span.reading:
        return "Plan by the earlier."
    until = day(span.later) if span.later else "the design changes significantly"
    return f"Art. 111 may put it off until {until}. Plan by the earlier."


def headline(findings: Sequence[Finding], missing: Sequence[str]) -> str:
    """The verdict in one line; it never says more than was established."""
    unsure = Confidence.NOT_ESTABLISHED
    sure = [item.label for item in findings if item.confidence is not unsure]
    open_ = ""
    if missing:
        count = len(missing)
        noun = "fact is" if count == 1 else "facts are"
        open_ = f" {count} {noun} not established."
    barred = {
        item.citation
        for item in findings
        if item.confidence is unsure and item.kind is Kind.PROHIBITED
    }
    if len(barred) == 1:
        open_ += f" Not ruled out: a prohibited practice, {barred.pop()}."
    elif barred:
        open_ += f" Not ruled out: {len(barred)} prohibited practices."
    if sure:
        return f"{'; '.join(sure)}.{open_}"
    if findings:
        noun = "finding is" if len(findings) == 1 else "findings are"
        return f"Not settled: {len(findings)} {noun} possible.{open_}"
    return f"No specific duty found on these answers.{open_}"
