"""What tests of changes of role share: a maker, a bank that uses, and answers."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from governance.classification.services import approve_classification, classify_system
from governance.value_chain.access import can_answer
from governance.value_chain.models import ChainAnswer
from governance.value_chain.selectors import Alarm, open_alarms
from governance.value_chain.services import Said, answer_alarm
from registry.operators.models import Operator
from registry.operators.services import add_operator
from registry.people.models import User
from registry.systems.models import AISystem, SystemChange, SystemVersion
from registry.systems.services import add_change, add_role, add_version
from tests.factories import TESTER
from tests.governance.law.worlds import PLAIN

MARCH, JUNE = date(2026, 3, 1), date(2026, 6, 1)
ALL = ("art-25-1-a", "art-25-1-b", "art-25-1-c")


def kept() -> dict[str, Any]:
    return {"by": TESTER, "at": timezone.now()}


def an_operator(system: AISystem, name: str, **facts: Any) -> Operator:
    stated = {"name": name, "country": "DE", **facts}
    return add_operator(organisation=system.organisation, facts=stated, **kept())


def holds(system: AISystem, operator: Operator, role: str, **days: Any) -> Any:
    facts = {"held_from": MARCH, "reason": "Does.", **days}
    return add_role(
        system=system, facts={"operator": operator, "role": role, **facts}, **kept()
    )


def a_chain(system: AISystem) -> tuple[Operator, Operator]:
    """A maker that provides the system and a bank that uses it, both since March.

    It is approved to be not high-risk, so that roles alone ask nothing.
    """
    classified(system, PLAIN)
    maker, bank = an_operator(system, "Maker GmbH"), an_operator(system, "Bank eG")
    holds(system, maker, "provider")
    holds(system, bank, "deployer")
    return maker, bank


def version(system: AISystem, name: str = "2.0", inside: Any = ()) -> SystemVersion:
    facts = {"name": name, "changes": "Trained anew."}
    return add_version(system=system, facts=facts, model_versions=inside, **kept())


def change(system: AISystem, day: date = JUNE, kind: str = "name") -> SystemChange:
    facts = {"changed_on": day, "kind": kind, "description": "Called otherwise."}
    return add_change(system=system, facts=facts, **kept())


def classified(system: AISystem, answers: dict[str, Any]) -> None:
    """An approved classification of today."""
    author = can_answer(system.organisation)[0]
    second = User.objects.exclude(pk=author.pk)[0]
    row = classify_system(
        system=system, answers=answers, author=author, on=timezone.localdate(), **kept()
    )
    approve_classification(classification=row, approver=second, **kept())


def alarms(system: AISystem) -> list[Alarm]:
    """Those of versions and changes."""
    return [each for each in every_alarm(system) if each.kind != "role"]


def every_alarm(system: AISystem) -> list[Alarm]:
    return open_alarms([system]).get(system.pk, [])


def titles(system: AISystem) -> list[str]:
    return [alarm.title for alarm in alarms(system)]


def answer(
    system: AISystem, alarm: Any, author: User, *told: str, **more: Any
) -> ChainAnswer:
    """Answer (a), (b), (c) in turn, or one answer for all letters that are asked."""
    kind, pk = (
        (alarm.kind, alarm.id)
        if isinstance(alarm, Alarm)
        else (alarm.occasion_kind, alarm.occasion_id)
    )
    given = told if len(told) > 1 else told * 3
    seen = {"seen": more.pop("seen")} if "seen" in more else {}
    letters = more.pop("letters", None) or dict(zip(ALL, given, strict=True))
    said = Said(letters=letters, reason=more.pop("reason", "Because."), **more)
    return answer_alarm(
        system=system,
        kind=kind,
        occasion_id=pk,
        said=said,
        author=author,
        by=TESTER,
        # Two answers of one test never share a moment.
        at=timezone.now() + timedelta(microseconds=ChainAnswer.objects.count()),
        **seen,
    )
