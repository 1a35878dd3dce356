"""Examples in the description of the API: what the law room is asked, and answers."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from functools import cached_property
from typing import Any

from drf_spectacular.utils import OpenApiExample

from governance.classification.api import ANSWERS
from governance.law import changelog, definitions, timeline
from governance.law.date_commands import every_limit
from governance.law.deadlines import deadline, moment
from governance.law.duties import duties
from governance.law.exposure import costs
from governance.law.load import law
from governance.law.whatif import whatif

ON = date(2026, 11, 23)
SINCE = {"provider": "2026-12-09", "deployer": "2026-12-04"}


class Answered(OpenApiExample):
    """The law room is asked when the description is read, and not at the start.

    There it would cost each process of the product most of a second.
    """

    def __init__(
        self, ask: Callable[[], Any], name: str = "Cut to the first of each list"
    ) -> None:
        super().__init__(name, response_only=True)
        del self.value
        self._ask = ask

    @cached_property
    def value(self) -> Any:
        """What it answers."""
        return self._ask()


def asked(name: str, value: Any) -> OpenApiExample:
    """An example of a request."""
    return OpenApiExample(name, value=value, request_only=True)


def first_duty() -> dict[str, Any]:
    """Whoever deploys credit scoring: the first duty of the list."""
    found = duties(ANSWERS, ["deployer"], ON, flags={"employer": "no"})
    answer = found.as_json()
    return answer | {"exposure": costs(found), "duties": answer["duties"][:1]}


def first_change() -> dict[str, Any]:
    """The weightiest answer that would change the verdict."""
    answer = whatif(ANSWERS, ON).as_json()
    return answer | {name: answer[name][:1] for name in ("changes", "unmoved")}


def first_limit() -> dict[str, Any]:
    """The first time limit, one kind, one Member State."""
    answer = every_limit()
    return answer | {
        "kinds": {"maximum": answer["kinds"]["maximum"]},
        "member_states": {"DE": answer["member_states"]["DE"]},
        "limits": answer["limits"][:1],
    }


def counted() -> dict[str, Any]:
    """A serious incident, counted from the earlier awareness."""
    since = {who: moment(when) for who, when in SINCE.items()}
    return deadline("art-73-2-general", since, "DE").as_json()


def first_date() -> dict[str, Any]:
    """The first dated change of the Act."""
    answer = timeline.as_json()
    return answer | {
        "entries": answer["entries"][:1],
        "pending": answer["pending"][:1],
    }


def oldest_change() -> dict[str, Any]:
    """The last entry of the change log, and one source."""
    answer = changelog.as_json()
    return answer | {
        "changes": answer["changes"][-1:],
        "pending": answer["pending"][:1],
        "sources": {"provisions/scope": answer["sources"]["provisions/scope"]},
    }


def first_word() -> dict[str, Any]:
    """The first definition."""
    answer = definitions.as_json()
    return answer | {"definitions": answer["definitions"][:1]}


def profiling() -> dict[str, Any]:
    """The question on profiling."""
    return asdict(law().questions["profiling"])
