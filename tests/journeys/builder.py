"""What every part of the populated world is made with."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from registry.people.models import Role, User
from tests.factories import TESTER


@dataclass(frozen=True)
class Builder:
    """Where, when and how much; `number` is how many of each thing there are."""

    number: int
    name: str
    now: datetime
    people: dict[Role, User]

    @property
    def kept(self) -> dict[str, Any]:
        return {"by": TESTER, "at": self.now}

    @property
    def numbers(self) -> list[int]:
        return list(range(self.number))
