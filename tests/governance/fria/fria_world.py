"""A bank that deploys a credit score, and what its people do about Art. 27."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from governance.circumstances.services import state_circumstance
from governance.classification.services import approve_classification, classify_system
from governance.fria.contents import KIND
from governance.law.elements import outline
from governance.papers.contents.values import Kind
from governance.papers.services import (
    approve_paper,
    begin_version,
    propose_paper,
    write_part,
)
from registry.operators.models import Operator, OperatorRoleName
from registry.systems.models import AISystem, OperatorRole
from tests.factories import TESTER, World
from tests.governance.law.worlds import CREDIT

SINCE = date(2026, 1, 5)


@dataclass
class Desk:
    """One operator with a role for the system, and the acts of Alice and Bob."""

    world: World
    operator: Operator
    kind: Kind = KIND

    @property
    def system(self) -> AISystem:
        return AISystem.objects.select_related("log", "organisation").get(
            pk=self.world.system.pk
        )

    def begin(self, author: Any = None) -> Any:
        return begin_version(
            kind=self.kind, system=self.system, operator=self.operator,
            author=author or self.world.alice, by=TESTER, at=timezone.now(),
        )  # fmt: skip

    def write(self, paper: Any, element: str, **more: Any) -> Any:
        row = self.kind.model.objects.get(pk=paper.pk)
        facts = {
            "text": f"About {element}.", "choice": "", "evidence": [],
            "author": self.world.alice,
            "revision": row.parts.get(element, {}).get("revision", 0),
        }  # fmt: skip
        return write_part(
            kind=self.kind, paper=paper, element=element, by=TESTER,
            at=timezone.now(), **facts | more,
        )  # fmt: skip

    def written(self, author: Any = None) -> Any:
        """A version in which every element that must be there is written."""
        paper = self.begin(author)
        for element in outline(self.kind.room).elements:
            if not element.optional:
                paper = self.write(paper, element.id, author=author or self.world.alice)
        return paper

    def propose(self, paper: Any) -> Any:
        return propose_paper(
            kind=self.kind, paper=paper, author=self.world.alice, by=TESTER,
            at=timezone.now(),
        )  # fmt: skip

    def approve(self, paper: Any, at: datetime | None = None, **more: Any) -> Any:
        facts = {"read_sha256": paper.digest, "approver": self.world.bob}
        return approve_paper(
            kind=self.kind, paper=paper, by=TESTER, at=at or timezone.now(),
            **facts | more,
        )  # fmt: skip

    def approved(self) -> Any:
        return self.approve(self.propose(self.written()))

    def classify(self, answers: Mapping[str, Any] = CREDIT) -> None:
        """Approve a classification of the system with these answers."""
        made = classify_system(
            system=self.system, answers=answers, author=self.world.alice,
            on=timezone.localdate(), by=TESTER, at=timezone.now(),
        )  # fmt: skip
        approve_classification(
            classification=made, approver=self.world.bob, by=TESTER, at=timezone.now()
        )

    def state(self, flag: str, answer: str) -> None:
        state_circumstance(
            operator=self.operator, flag=flag, answer=answer, held_from=SINCE,
            author=self.world.alice, by=TESTER, at=timezone.now(),
        )  # fmt: skip


def a_desk(
    world: World, role: OperatorRoleName = OperatorRoleName.DEPLOYER, **more: Any
) -> Desk:
    """An operator of Acme that has held the role since the beginning of the year."""
    operator = Operator.objects.create(
        organisation=world.acme, name="Acme Bank AG", country="DE"
    )
    OperatorRole.objects.create(
        system=world.system, operator=operator, role=role, held_from=SINCE,
        reason="Uses it under its own authority.",
    )  # fmt: skip
    return Desk(world, operator, **more)
