"""What the register says for a field of Annex VIII or IX, and where it says it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from governance.law.annex_viii import Section
from governance.law.load import law
from governance.law.words import day
from governance.registration.selectors import SystemFacts
from registry.operators.models import Operator, OperatorRoleName
from registry.systems.models import LifecycleState, MemberState

# The grounds of Art. 6(3), each with the question that establishes it.
GROUNDS = (
    "narrow_task",
    "improves_finished_work",
    "finds_patterns_afterwards",
    "preparatory_task",
)
# What an assessment of Art. 27 finds, and on what a record of Art. 6(4) rests.
FINDINGS = frozenset({"fria-c", "fria-d", "fria-e", "fria-f"})
REASONS = frozenset(
    {f"derogation-{letter}" for letter in "abcd"}
    | {"derogation-profiling", "derogation-influence", "derogation-risk"}
)
# LIMIT: of each text so much is proposed; a summary is short, and a person makes it so.
EXCERPT = 600


@dataclass(frozen=True, slots=True)
class Value:
    """What the register says; `still` is what a person has to add to it."""

    text: str = ""
    source: str = ""
    still: str = ""
    not_applicable: bool = False


@dataclass(frozen=True, slots=True)
class Filler:
    """One section that one operator fills in."""

    facts: SystemFacts
    operator: Operator
    roles: Sequence[str]
    section: Section

    def holders(self, role: OperatorRoleName) -> list[Operator]:
        """Who holds a role for the system on the day."""
        rows = (row.operator for row in self.facts.held if row.role == role)
        return list(dict.fromkeys(rows))

    def providers(self) -> list[Operator]:
        """The providers; this operator, where it is one by role or by its own acts."""
        named = self.holders(OperatorRoleName.PROVIDER)
        if self.operator in named or not (named or self.only_represents()):
            return [self.operator]
        return named

    def only_represents(self) -> bool:
        """Whether the operator registers in the provider's place."""
        represents = OperatorRoleName.AUTHORISED_REPRESENTATIVE in self.roles
        return represents and OperatorRoleName.PROVIDER not in self.roles


NOTHING = Value()


def register_value(filler: Filler, field: str) -> Value:
    """What the register says for a field; nothing where only a person knows."""
    fill = FILL.get(field)
    return fill(filler) if fill else NOTHING


def _who(operators: Iterable[Operator], role: str) -> Value:
    """Names with address and contact, and which of them are missing."""
    told, gaps = [], []
    for each in operators:
        lines = [each.name, each.address.strip(), each.country, each.contact]
        told.append("\n".join(line for line in lines if line))
        if not each.address.strip():
            gaps.append(_("the address of %(who)s") % {"who": each.name})
        if not each.contact:
            gaps.append(_("how to reach %(who)s") % {"who": each.name})
    source = _("Operators with the role %(role)s") % {"role": role} if told else ""
    return Value("\n\n".join(told), source, ", ".join(gaps))


def _provider(filler: Filler) -> Value:
    return _who(filler.providers(), _("provider"))


def _deployer(filler: Filler) -> Value:
    return _who([filler.operator], _("deployer"))


def _submitter(filler: Filler) -> Value:
    if filler.only_represents():
        return _who([filler.operator], _("authorised representative"))
    return NOTHING


def _representative(filler: Filler) -> Value:
    held = filler.holders(OperatorRoleName.AUTHORISED_REPRESENTATIVE)
    if held:
        return _who(held, _("authorised representative"))
    makers = filler.providers()
    if makers and all(maker.country in MemberState.values for maker in makers):
        where = ", ".join(dict.fromkeys(maker.country for maker in makers))
        source = _("Operators: the provider is established in the Union (%(where)s)")
        return Value(source=source % {"where": where}, not_applicable=True)
    return NOTHING


def _name(filler: Filler) -> Value:
    system = filler.facts.system
    text = _("%(name)s\nReference: %(id)s") % {"name": system.name, "id": system.pk}
    return Value(text, _("Name and identifier in this register"))


def _purpose(filler: Filler) -> Value:
    source = _("Intended purpose, as stated of the system")
    return Value(filler.facts.system.intended_purpose, source)


def _purpose_and_parts(filler: Filler) -> Value:
    stated = _purpose(filler)
    return Value(
        stated.text, stated.source, _("the components and functions it supports")
    )


def _described(filler: Filler) -> Value:
    name, purpose = _name(filler), _purpose(filler)
    source = _("Name, identifier and intended purpose in this register")
    return Value(f"{name.text}\n{purpose.text}", source)


def _status(filler: Filler) -> Value:
    state = LifecycleState(filler.facts.system.lifecycle_state)
    source = _("Lifecycle state of the system")
    if state == LifecycleState.ON_MARKET:
        return Value(_("On the market, or in service"), source)
    if state == LifecycleState.WITHDRAWN:
        still = _("whether it was recalled")
        return Value(_("No longer on the market or in service"), source, still)
    return Value(_("Not yet on the market or in service"), source)


def _member_states(filler: Filler) -> Value:
    codes = filler.facts.system.member_states
    names = [str(MemberState(code).label) for code in sorted(codes)]
    if not names:
        return NOTHING
    return Value(", ".join(names), _("Member States of the system"))


def _grounds(filler: Filler) -> Value:
    answers, standing = filler.facts.answers, filler.facts.standing
    cited = [law().questions[fact] for fact in GROUNDS if answers.get(fact) == "yes"]
    if not cited or standing is None:
        return NOTHING
    text = "\n".join(f"{question.citation}: {question.text}" for question in cited)
    source = _("Approved classification, law as on %(day)s")
    return Value(text, source % {"day": day(standing.on)})


def _found(filler: Filler) -> Value:
    facts = filler.facts
    paper = facts.approved.assessments.get((facts.system.pk, filler.operator.pk))
    return _summary(paper, FINDINGS, _("Assessment of Art. 27")) if paper else NOTHING


def _reasons(filler: Filler) -> Value:
    system, known = filler.facts.system, filler.facts.approved.exemptions
    mine = (known.get((system.pk, each.pk)) for each in filler.providers())
    paper = next(filter(None, mine), None)
    return _summary(paper, REASONS, _("Record of Art. 6(4)")) if paper else NOTHING


def _summary(paper: Any, wanted: Iterable[str], name: str) -> Value:
    """What an approved document says in some of its elements, and which it is."""
    told, cut = [], []
    for part in paper.frozen["elements"]:
        said = ". ".join(filter(None, (part["chosen"], part["text"])))
        if part["id"] not in wanted or not said:
            continue
        if len(said) > EXCERPT:
            said = f"{said[:EXCERPT].rstrip()} …"
            cut.append(part["title"])
        told.append(f"{part['title']}: {said}")
    source = _("%(name)s, version %(n)s, approved on %(day)s") % {
        "name": name,
        "n": paper.number,
        "day": day(timezone.localtime(paper.decided_at).date()),
    }
    still = _("a shorter wording of what is cut off: %(titles)s")
    titles = {"titles": ", ".join(cut)}
    return Value("\n".join(told), source, still % titles if cut else "")


def _parties(filler: Filler) -> Value:
    deployers = filler.holders(OperatorRoleName.DEPLOYER)
    who = dict.fromkeys([*filler.providers(), *deployers])
    return _who(who, _("provider or deployer"))


FILL: dict[str, Callable[[Filler], Value]] = {
    "annex-viii-a-1": _provider,
    "annex-viii-a-2": _submitter,
    "annex-viii-a-3": _representative,
    "annex-viii-a-4": _name,
    "annex-viii-a-5": _purpose_and_parts,
    "annex-viii-a-7": _status,
    "annex-viii-a-10": _member_states,
    "annex-viii-b-1": _provider,
    "annex-viii-b-2": _submitter,
    "annex-viii-b-3": _representative,
    "annex-viii-b-4": _name,
    "annex-viii-b-5": _purpose,
    "annex-viii-b-6": _grounds,
    "annex-viii-b-7": _reasons,
    "annex-viii-b-8": _status,
    "annex-viii-b-9": _member_states,
    "annex-viii-c-1": _deployer,
    "annex-viii-c-4": _found,
    "annex-ix-2": _parties,
    "annex-ix-3": _described,
}
