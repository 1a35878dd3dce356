"""What one classification says otherwise than another, and why."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from governance.classification.contents.days import both
from governance.classification.contents.interview import asked_in
from governance.classification.contents.words import edition_title, lines
from governance.law.duties import Duty, State
from governance.law.load import law
from governance.law.verdict import Finding, Verdict
from governance.law.words import day


@dataclass(frozen=True, slots=True)
class Owed:
    """A row of the catalogue of duties, and which of our operators it concerns."""

    operator: str
    duty: Duty


@dataclass(frozen=True, slots=True)
class Stand:
    """Answers with what follows from them: the verdict, and the duties for us."""

    answers: Mapping[str, Any]
    verdict: Verdict
    owed: Sequence[Owed] = ()


@dataclass(frozen=True, slots=True)
class Changed:
    """Something that differs: None where there was, or is, none. `why`, in words."""

    what: str
    before: str | None
    after: str | None
    why: Sequence[str] = ()
    citation: str = ""


@dataclass(frozen=True, slots=True)
class Together:
    """Duties to which the same happens, for the same reasons."""

    before: str | None
    after: str | None
    why: Sequence[str]
    rows: Sequence[Changed]


@dataclass(frozen=True, slots=True)
class Differences:
    """What a classification says otherwise than the one before it."""

    answers: Sequence[Changed]
    findings: Sequence[Changed]
    dates: Sequence[Changed]
    duties: Sequence[Changed]

    @property
    def together(self) -> list[Together]:
        """The duties by what happens to them: a finding moves dozens at once."""
        groups: dict[tuple[str | None, str | None, tuple[str, ...]], list[Changed]] = {}
        for row in self.duties:
            key = (row.before, row.after, tuple(row.why))
            groups.setdefault(key, []).append(row)
        return [Together(*key, rows=rows) for key, rows in groups.items()]

    def __bool__(self) -> bool:
        return bool(self.answers or self.findings or self.dates or self.duties)


def differences(before: Stand, after: Stand) -> Differences:
    """Answers, findings, days and duties of `after` that are not those of `before`."""
    return Differences(
        answers=list(_answers(before, after)),
        findings=list(_findings(before, after)),
        dates=list(_dates(before, after)),
        duties=list(_duties(before, after)),
    )


def _answers(before: Stand, after: Stand) -> Iterator[Changed]:
    old = {line.fact: line for line in lines(before.answers)}
    new = {line.fact: line for line in lines(after.answers)}
    for fact in dict.fromkeys((*old, *new)):
        was, now = old.get(fact), new.get(fact)
        if was is None or now is None or was.answer != now.answer:
            line = now or was
            yield Changed(
                line.question if line else fact,
                was.answer if was else None,
                now.answer if now else None,
            )


def _findings(before: Stand, after: Stand) -> Iterator[Changed]:
    old = {finding.id: finding for finding in before.verdict.findings}
    new = {finding.id: finding for finding in after.verdict.findings}
    for name in dict.fromkeys((*old, *new)):
        was, now = old.get(name), new.get(name)
        found = now or was
        if found is None or (was and now and was.label == now.label):
            continue
        yield Changed(
            found.title,
            was.label if was else None,
            now.label if now else None,
            _why(_facts_of(found.provision, was, now, before, after), before, after),
            found.citation,
        )


def _dates(before: Stand, after: Stand) -> Iterator[Changed]:
    """Both readings of the day, where a finding is in both and a day differs."""
    old = {finding.id: finding for finding in before.verdict.findings}
    for now in after.verdict.findings:
        was = old.get(now.id)
        if was is not None and _readings(was) != _readings(now):
            days = {*_moving()}
            why = _why(days, before, after)
            yield Changed(now.title, _readings(was), _readings(now), why, now.citation)


def _duties(before: Stand, after: Stand) -> Iterator[Changed]:
    old = {(each.operator, each.duty.id): each.duty for each in before.owed}
    new = {(each.operator, each.duty.id): each.duty for each in after.owed}
    for key in dict.fromkeys((*old, *new)):
        was, now = old.get(key), new.get(key)
        told = _stated(was), _stated(now)
        found = now or was
        if found is None or told[0] == told[1]:
            continue
        facts = {reason.fact for duty in (was, now) if duty for reason in duty.why}
        yield Changed(
            _("%(title)s (%(operator)s)") % {"title": found.title, "operator": key[0]},
            *told,
            _why(_behind(facts, before, after), before, after),
            found.citation,
        )


def _stated(duty: Duty | None) -> str | None:
    """Whether a row binds and since when, without the day of asking; None if it not."""
    if duty is None or duty.state is State.NOT:
        return None
    if duty.state is State.OPEN:
        return _("not established; would apply: %(days)s") % {"days": _readings(duty)}
    return _readings(duty)


def _readings(item: Finding | Duty) -> str:
    return both(item.applies_from, item.applies_from_later)


def _facts_of(
    provision: str, was: Finding | None, now: Finding | None, *stands: Stand
) -> set[str]:
    """The facts on which a finding rests, hangs, or was ruled out."""
    found = [item for item in (was, now) if item]
    facts = {step.fact for finding in found for step in finding.steps}
    facts |= {item.fact for finding in found for item in finding.missing}
    ruled = (row for each in stands for row in each.verdict.ruled_out)
    return facts | {
        f for row in ruled if row.provision == provision for f in row.because
    }


def _behind(names: Iterable[str], before: Stand, after: Stand) -> set[str]:
    """The facts behind the reasons of a duty: its own, and those of its findings."""
    wanted, found = set(names), set[str]()
    for each in (before, after):
        for item in each.verdict.findings:
            if wanted & {item.id, item.provision, f"kind.{item.kind}"}:
                found |= {step.fact for step in item.steps}
    return wanted | found


def _moving() -> Iterable[str]:
    """The facts on which a day can hang: what is asked for the sake of Art. 111."""
    return (q.id for q in law().questions.values() if "Art. 111" in q.citation)


def _why(facts: Iterable[str], before: Stand, after: Stand) -> list[str]:
    """The changed answers among these facts, else what changed of law or day."""
    asked = {source for fact in facts for source in (fact, *asked_in(fact))}
    said = {line.fact: line for line in lines(after.answers)}
    known = law().questions
    changed = [
        fact
        for fact in dict.fromkeys((*after.answers, *before.answers))
        if fact in asked and before.answers.get(fact) != after.answers.get(fact)
    ]
    if changed:
        return [
            f"{said[f].question} {said[f].answer}"
            if f in said
            else _("No longer asked: %(question)s")
            % {"question": known[f].text if f in known else f}
            for f in changed
        ]
    return [_other_reason(before.verdict, after.verdict)]


def _other_reason(before: Verdict, after: Verdict) -> str:
    if before.edition != after.edition:
        return _("Another edition of the Act: %(edition)s") % {
            "edition": edition_title(after.edition)
        }
    if before.rules != after.rules:
        return _("The data of the law, as this product knows it, have changed.")
    if before.on != after.on:
        return _("The day of asking: %(day)s") % {"day": day(after.on)}
    return _("Other answers, roles or facts about your organisation.")
