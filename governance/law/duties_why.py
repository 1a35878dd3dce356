"""How a condition of a duty comes out for a system, and the reasons in words.

The names of such a condition, beside the facts of the questions:

- `kind.high_risk`: some finding of that kind; `finding.annex_iii_5_b`: that one;
  `route.annex_iii`: a high-risk finding by that way; `point.5`: one under that point of
  Annex III; `exempt.6`: one that Art. 6(3) exempts from that point;
- `flag.sme`: a fact about the organisation; `role.importer`: a role that was named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from governance.law.duties_data import Role
from governance.law.duties_load import catalogue
from governance.law.facts import Facts
from governance.law.load import law
from governance.law.logic import OPPOSITE, Expr, Trace, Truth, trace, value
from governance.law.model import Confidence, Kind, Provision, Window
from governance.law.timing import NEVER, window
from governance.law.verdict import Finding, Missing, Verdict
from governance.law.words import NAMES

ANNEX_III = "annex-iii-"
OF_FINDINGS = frozenset({"kind", "route", "point", "exempt", "finding"})
ROUTE_NAMES = {
    "annex_iii": "High-risk by Annex III",
    "annex_i_a": "High-risk by Annex I, Section A",
    "annex_i_b": "High-risk by Annex I, Section B",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a row binds or not: a finding or a fact, how it stands, and its citation."""

    fact: str
    text: str
    answer: str
    citation: str


@dataclass(frozen=True, slots=True)
class Sureness:
    """The outcome of a condition, with what made it so and what is missing."""

    truth: Truth
    reasons: tuple[Reason, ...] = ()
    missing: tuple[Missing, ...] = ()
    routes: frozenset[str] = frozenset()
    dispute: str = ""


SUREST = (Truth.YES, Truth.UNKNOWN, Truth.NO)
ANY = Sureness(Truth.YES)


class Case:
    """One system, its verdict, the organisation's flags and its roles."""

    def __init__(
        self, verdict: Verdict, facts: Facts, flags: Facts, roles: Sequence[str]
    ) -> None:
        self.verdict, self.facts, self.flags = verdict, facts, flags
        self.roles = frozenset(roles)
        self._findings: dict[str, list[Finding]] = {}
        for finding in verdict.findings:
            for atom in _atoms(finding):
                self._findings.setdefault(atom, []).append(finding)
        self._routes = {
            atom: frozenset(_provision(item.provision).route for item in found)
            for atom, found in self._findings.items()
        }
        self._lacks: dict[str, tuple[Missing, ...]] = {}
        self._reasons: dict[str, Reason] = {}
        self._memo: dict[int, Trace] = {}
        self._judged: dict[int, Sureness] = {}
        self._owed: dict[tuple[int, tuple[str, ...]], Sureness] = {}
        self._windows: dict[tuple[str, frozenset[str]], Window] = {}
        held = {name: self._holds(role) for name, role in catalogue().roles.items()}
        self._held = {
            name: role
            for name, role in held.items()
            if name in self.roles or role.truth is not Truth.NO
        }

    def truth(self, atom: str) -> Truth:
        """What is known of one name of a condition."""
        head, _, rest = atom.partition(".")
        if head == "flag":
            return self.flags.given(rest)
        if head == "role":
            return Truth.YES if rest in self.roles else Truth.NO
        if head not in OF_FINDINGS:
            return self.facts.truth(atom)
        found = self._findings.get(atom, ())
        if any(item.confidence is not Confidence.NOT_ESTABLISHED for item in found):
            return Truth.YES
        return Truth.UNKNOWN if found else Truth.NO

    def judge(self, expr: Expr) -> Sureness:
        """A condition weighed, each one once."""
        known = self._judged.get(id(expr))
        if known is None:
            known = self._judged[id(expr)] = self._judge(expr)
        return known

    def _judge(self, expr: Expr) -> Sureness:
        found = trace(expr, self.truth, self._memo)
        behind = tuple(dict.fromkeys((*found.reasons, *found.open)))
        missing = {item.fact: item for atom in found.open for item in self._lack(atom)}
        routes = {self._routes[atom] for atom in behind if atom in self._routes}
        return Sureness(
            truth=found.truth,
            reasons=tuple(self._reason(atom) for atom in _asked(behind)),
            missing=tuple(missing.values()),
            routes=frozenset().union(*routes),
            dispute=next(self._disputes(found.reasons), ""),
        )

    def bearing(self, bearers: Sequence[str]) -> tuple[str, ...]:
        """Those of the roles that are held, may be, or were named in vain."""
        return tuple(name for name in bearers if name in self._held)

    def owed(self, expr: Expr, roles: tuple[str, ...]) -> Sureness:
        """A condition together with the roles that bear it; one sure role is enough."""
        key = (id(expr), roles)
        known = self._owed.get(key)
        if known is None:
            bearers = [self._held[name] for name in roles]
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
            return replace(lost, truth=OPPOSITE[lost.truth])
        silent = value(role.also_if, self._answered) is Truth.NO
        return Sureness(Truth.NO) if silent else self.judge(role.also_if)

    def _answered(self, atom: str) -> Truth:
        head, _, rest = atom.partition(".")
        silent = head == "flag" and not self.flags.answered(rest)
        return Truth.NO if silent else self.truth(atom)

    def window(self, applies: str, routes: frozenset[str]) -> Window:
        """When a row bites: by the way that is first, each reading for itself."""
        known = self._windows.get((applies, routes))
        if known is None:
            spans = [self._span(route, applies) for route in routes or {""}]
            first = min(span.earlier or NEVER for span in spans)
            last = min(span.later or NEVER for span in spans)
            known = self._windows[(applies, routes)] = Window(
                None if first == NEVER else first, None if last == NEVER else last
            )
        return known

    def _span(self, route: str, applies: str) -> Window:
        by = catalogue().by_route.get(applies)
        key = by.get(route, by["annex_iii"]) if by else applies
        when = (self.verdict.edition, self.verdict.on, self.facts)
        return window(catalogue().dated, route, key, when)

    def _disputes(self, atoms: Iterable[str]) -> Iterator[str]:
        """Why findings that a row needs are disputed, with no other to bear it."""
        for atom in atoms:
            sure = [
                item
                for item in self._findings.get(atom, ())
                if item.confidence is not Confidence.NOT_ESTABLISHED
            ]
            if sure and all(item.dispute for item in sure):
                yield sure[0].dispute

    def _lack(self, atom: str) -> tuple[Missing, ...]:
        known = self._lacks.get(atom)
        if known is None:
            found = self._findings.get(atom, ())
            facts = {item.fact: item for f in found for item in f.missing}
            known = self._lacks[atom] = tuple(facts.values()) or (_unknown(atom),)
        return known

    def _reason(self, atom: str) -> Reason:
        known = self._reasons.get(atom)
        if known is None:
            known = self._reasons[atom] = self._said(atom)
        return known

    def _said(self, atom: str) -> Reason:
        found = self._findings.get(atom, ())
        if found:
            text = "; ".join(item.label for item in found)
            citation = "; ".join(dict.fromkeys(item.citation for item in found))
            return Reason(atom, text, str(self.truth(atom)), citation)
        text, citation = _wording(atom)
        asked = atom in law().questions
        answer = self.facts.wording(atom) if asked else str(self.truth(atom))
        return Reason(atom, text, answer, citation)


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
    missing = tuple(dict.fromkeys((*found.missing, *role.missing)))
    reasons = tuple(dict.fromkeys((*found.reasons, *role.reasons)))
    return replace(found, truth=truth, missing=missing, reasons=reasons)


def _atoms(finding: Finding) -> Iterable[str]:
    """The names under which a finding is known to conditions."""
    yield f"kind.{finding.kind}"
    provision = _provision(finding.provision)
    point = provision.id.removeprefix(ANNEX_III)[0]
    if finding.kind is Kind.DEROGATED:
        yield f"exempt.{point}"
    if finding.id != provision.id:
        return
    yield f"finding.{provision.id.replace('-', '_')}"
    if finding.kind in (Kind.HIGH_RISK, Kind.SECTION_B):
        yield f"route.{provision.route}"
    if provision.id.startswith(ANNEX_III):
        yield f"point.{point}"


@cache
def _provision(id_: str) -> Provision:
    return next(item for item in law().provisions if item.id == id_)


@cache
def _wording(atom: str) -> tuple[str, str]:
    """What a name of a condition means, and where the law says so."""
    head, _, rest = atom.partition(".")
    if head in OF_FINDINGS:
        return _wording_of_finding(head, rest)
    if head == "role":
        role = catalogue().roles[rest]
        return role.title, role.citation
    question = catalogue().flags[rest] if head == "flag" else law().questions[head]
    return question.text, question.citation


def _wording_of_finding(head: str, rest: str) -> tuple[str, str]:
    if head == "kind":
        return NAMES[Kind(rest)], ""
    if head == "route":
        return ROUTE_NAMES[rest], "Art. 6"
    if head == "exempt":
        return f"Exempt: Annex III, point {rest}", f"Art. 6(3), Annex III, point {rest}"
    if head == "point":
        return f"High-risk by Annex III, point {rest}", f"Annex III, point {rest}"
    item = _provision(rest.replace("_", "-"))
    return item.title, item.citation.full


@cache
def _unknown(atom: str) -> Missing:
    """The fact that a flag or a question would settle."""
    head, _, rest = atom.partition(".")
    question = catalogue().flags[rest] if head == "flag" else law().questions[head]
    return Missing(atom if head == "flag" else head, question.text, question.who_knows)
