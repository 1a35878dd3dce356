"""How a condition of a duty comes out for a system, and the reasons in words.

The names of such a condition, beside the facts of the questions:

- `kind.high_risk`: some finding of that kind; `finding.annex_iii_5_b`: that one;
  `route.annex_iii`: a high-risk finding by that way; `point.5`: one under that point of
  Annex III; `exempt.6`: one that Art. 6(3) exempts from that point;
- `flag.sme`: a fact about the organisation; `role.importer`: a role that was named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import NamedTuple

from governance.law.duties_data import Role
from governance.law.duties_load import catalogue
from governance.law.duties_words import OF_FINDINGS, provision, unknown, wording
from governance.law.facts import Facts
from governance.law.load import law
from governance.law.logic import OPPOSITE, Expr, Trace, Truth, names, trace, value
from governance.law.model import Confidence, Kind, Window
from governance.law.timing import NEVER, window
from governance.law.verdict import Finding, Missing, Verdict

ANNEX_III = "annex-iii-"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a row binds or not: a finding or a fact, how it stands, and its citation."""

    fact: str
    text: str
    answer: str
    citation: str


class Sureness(NamedTuple):
    """The outcome of a condition, with the names that made it so (`behind`, the open
    ones among them); their texts are made only for whom they are shown to."""

    truth: Truth
    behind: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    routes: frozenset[str] = frozenset()
    dispute: str = ""


SUREST = (Truth.YES, Truth.UNKNOWN, Truth.NO)
ANY = Sureness(Truth.YES)
HOLDERS = ("flag.", "role.")


class Situation:
    """One system with its verdict, whoever has to do with it."""

    def __init__(self, verdict: Verdict, facts: Facts) -> None:
        self.verdict, self.facts = verdict, facts
        self.findings: dict[str, list[Finding]] = {}
        for finding in verdict.findings:
            for atom in _atoms(finding.kind, finding.id, finding.provision):
                self.findings.setdefault(atom, []).append(finding)
        self.routes = {
            atom: frozenset(provision(item.provision).route for item in found)
            for atom, found in self.findings.items()
        }
        # What conditions come to that name no flag and no role: the same for all.
        self.traces: dict[int, Trace] = {}
        self.judged: dict[int, Sureness] = {}
        self._spans: dict[tuple[str, str], Window] = {}
        self._windows: dict[tuple[str, frozenset[str]], Window] = {}

    def truth(self, atom: str) -> Truth:
        """What is known of a name that stands for a finding or a fact."""
        if atom.partition(".")[0] not in OF_FINDINGS:
            return self.facts.truth(atom)
        found = self.findings.get(atom, ())
        if any(item.confidence is not Confidence.NOT_ESTABLISHED for item in found):
            return Truth.YES
        return Truth.UNKNOWN if found else Truth.NO

    def window(self, applies: str, routes: frozenset[str]) -> Window:
        """When a row bites: by the way that is first, each reading for itself."""
        known = self._windows.get((applies, routes))
        if known is None:
            spans = [self._span(route, applies) for route in routes or {""}]
            first = min(span.earlier or NEVER for span in spans)
            last = min(span.later or NEVER for span in spans)
            known = self._windows[(applies, routes)] = Window(
                None if first == NEVER else first,
                None if last == NEVER else last,
                reading=_reading(spans, first, last),
            )
        return known

    def _span(self, route: str, applies: str) -> Window:
        by = catalogue().by_route.get(applies)
        key = (route, by.get(route, by["annex_iii"]) if by else applies)
        if key not in self._spans:
            when = (self.verdict.edition, self.verdict.on, self.facts)
            self._spans[key] = window(catalogue().dated, *key, when)
        return self._spans[key]


class Case:
    """A system as it is for one organisation, with its flags and its roles."""

    def __init__(self, of: Situation, flags: Facts, roles: Sequence[str]) -> None:
        self.of, self.flags, self.roles = of, flags, frozenset(roles)
        self.verdict, self.facts = of.verdict, of.facts
        self._lacks: dict[str, tuple[Missing, ...]] = {}
        self._missing: dict[tuple[str, ...], tuple[Missing, ...]] = {}
        self._reasons: dict[str, Reason] = {}
        self._traces: dict[int, Trace] = {}
        self._judged: dict[int, Sureness] = {}
        self._owed: dict[tuple[int, tuple[str, ...]], Sureness] = {}
        self._told: dict[int, tuple[Reason, ...]] = {}
        held = {name: self._holds(role) for name, role in catalogue().roles.items()}
        self.held = {
            name: role
            for name, role in held.items()
            if name in self.roles or role.truth is not Truth.NO
        }

    def truth(self, atom: str) -> Truth:
        """What is known of one name of a condition."""
        if atom.startswith("flag."):
            return self.flags.given(atom[5:])
        if atom.startswith("role."):
            return Truth.YES if atom[5:] in self.roles else Truth.NO
        return self.of.truth(atom)

    def judge(self, expr: Expr) -> Sureness:
        """A condition weighed, each one once."""
        judged = self.of.judged if id(expr) in _impersonal() else self._judged
        known = judged.get(id(expr))
        if known is None:
            known = judged[id(expr)] = self._judge(expr)
        return known

    def _judge(self, expr: Expr) -> Sureness:
        memo = self.of.traces if id(expr) in _impersonal() else self._traces
        truth, reasons, open_ = trace(expr, self.truth, memo)
        known = self.of.routes
        routes = [known[atom] for atom in (*reasons, *open_) if atom in known]
        return Sureness(
            truth=truth,
            behind=reasons + open_,
            open=open_,
            routes=frozenset().union(*routes),
            dispute=next(self._disputes(reasons), ""),
        )

    def reasons(self, found: Sureness) -> tuple[Reason, ...]:
        """What made a condition so, in words."""
        known = self._told.get(id(found))
        if known is None:
            atoms = _asked(found.behind)
            known = self._told[id(found)] = tuple(self._reason(a) for a in atoms)
        return known

    def missing(self, found: Sureness) -> tuple[Missing, ...]:
        """The facts on which a condition still hangs, each once."""
        known = self._missing.get(found.open)
        if known is None:
            lacks = (
                item for atom in dict.fromkeys(found.open) for item in self._lack(atom)
            )
            known = tuple({item.fact: item for item in lacks}.values())
            self._missing[found.open] = known
        return known

    def owed(self, expr: Expr, roles: tuple[str, ...]) -> Sureness:
        """A condition together with the roles that bear it; one sure role is enough."""
        key = (id(expr), roles)
        known = self._owed.get(key)
        if known is None:
            bearers = [self.held[name] for name in roles]
            surest = min(
                bearers, key=lambda role: SUREST.index(role.truth), default=ANY
            )
            known = self._owed[key] = _both(self.judge(expr), surest)
        return known

    def _holds(self, role: Role) -> Sureness:
        """Whether somebody has a role, named or by what else they are and did.

        A flag that nobody answered makes nobody a provider: its own row asks for it.
        """
        if role.id in self.roles:
            lost = self.judge(role.unless)
            return lost._replace(truth=OPPOSITE[lost.truth])
        silent = value(role.also_if, self._answered) is Truth.NO
        return Sureness(Truth.NO) if silent else self.judge(role.also_if)

    def _answered(self, atom: str) -> Truth:
        head, _, rest = atom.partition(".")
        silent = head == "flag" and not self.flags.answered(rest)
        return Truth.NO if silent else self.truth(atom)

    def _disputes(self, atoms: Iterable[str]) -> Iterator[str]:
        """Why findings that a row needs are disputed, with no other to bear it."""
        for atom in atoms:
            sure = [
                item
                for item in self.of.findings.get(atom, ())
                if item.confidence is not Confidence.NOT_ESTABLISHED
            ]
            if sure and all(item.dispute for item in sure):
                yield sure[0].dispute

    def _lack(self, atom: str) -> tuple[Missing, ...]:
        known = self._lacks.get(atom)
        if known is None:
            found = self.of.findings.get(atom, ())
            facts = {item.fact: item for f in found for item in f.missing}
            known = self._lacks[atom] = tuple(facts.values()) or (unknown(atom),)
        return known

    def _reason(self, atom: str) -> Reason:
        known = self._reasons.get(atom)
        if known is None:
            known = self._reasons[atom] = self._said(atom)
        return known

    def _said(self, atom: str) -> Reason:
        found = self.of.findings.get(atom, ())
        if found:
            text = "; ".join(item.label for item in found)
            citation = "; ".join(dict.fromkeys(item.citation for item in found))
            return Reason(atom, text, str(self.truth(atom)), citation)
        text, citation = wording(atom)
        asked = atom in law().questions
        answer = self.facts.wording(atom) if asked else str(self.truth(atom))
        return Reason(atom, text, answer, citation)


@cache
def _impersonal() -> frozenset[int]:
    """The conditions that name no flag and no role, so that all share their outcome."""
    data = catalogue()
    every = [(*row.logic.values(), *row.disputed_if.values()) for row in data.rows]
    every += [(role.also_if, role.unless) for role in data.roles.values()]
    return frozenset(
        id(expr)
        for several in every
        for expr in several
        if not any(atom.startswith(HOLDERS) for atom in names(expr))
    )


def _asked(atoms: Sequence[str]) -> Iterable[str]:
    """The names behind a condition, each question once whatever its choices."""
    heads = (atom.partition(".")[0] for atom in atoms)
    questions = law().questions
    both = zip(atoms, heads, strict=True)
    return dict.fromkeys(head if head in questions else atom for atom, head in both)


def _both(found: Sureness, role: Sureness) -> Sureness:
    """What follows where a condition and a role are both needed."""
    if role.truth is Truth.YES:
        return found
    truth = Truth.NO if Truth.NO in (found.truth, role.truth) else Truth.UNKNOWN
    behind, still_open = found.behind + role.behind, found.open + role.open
    return found._replace(truth=truth, behind=behind, open=still_open)


@cache
def _atoms(kind: Kind, finding: str, leaf: str) -> tuple[str, ...]:
    """The names under which a finding of a leaf is known to conditions."""
    point = leaf.removeprefix(ANNEX_III)[0]
    found = [f"kind.{kind}"]
    if kind is Kind.DEROGATED:
        found.append(f"exempt.{point}")
    if finding != leaf:
        return tuple(found)
    found.append(f"finding.{leaf.replace('-', '_')}")
    if kind in (Kind.HIGH_RISK, Kind.SECTION_B):
        found.append(f"route.{provision(leaf).route}")
    if leaf.startswith(ANNEX_III):
        found.append(f"point.{point}")
    return tuple(found)


def _reading(spans: Sequence[Window], first: date, last: date) -> date | None:
    """The later reading of several ways together, where it differs from the earlier."""
    later = min(span.reading or span.earlier or NEVER for span in spans)
    return later if first < later <= last and later != NEVER else None
