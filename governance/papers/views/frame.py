"""What all pages of a versioned document share: the frame, and one version shown."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from governance.documentation.render import to_html
from governance.papers.contents.standing import basis_of
from governance.papers.contents.values import (
    Basis,
    Kind,
    Part,
    changes,
    exported,
    faults,
    freeze,
    parts_of,
)
from governance.papers.forms import ReturnForm
from governance.papers.models import Paper
from registry.people.models import User
from registry.systems.access import may_on
from registry.systems.models import AISystem
from registry.systems.selectors import system_header

TAB = "duties"
ADDRESSES = (
    "of_system", "begin", "one", "part", "propose", "approve", "return", "json", "pdf",
)  # fmt: skip


def person(request: HttpRequest) -> User:
    """The person who asks; pages are for people, the door has made sure of it."""
    if not isinstance(request.user, User):
        raise TypeError("a page of a document was asked for by nobody")
    return request.user


@dataclass(frozen=True)
class Frame:
    """The pages of one kind of document, as far as they are the same."""

    kind: Kind

    def at(self, name: str) -> str:
        """The name of one of this document's addresses."""
        return f"{self.kind.room}:{name}"

    def basis(self, paper: Paper) -> Basis:
        return basis_of(self.kind, paper.system, paper.operator, timezone.localdate())

    def export(self, paper: Paper) -> dict[str, Any]:
        """What is handed out; a room may add to it."""
        return exported(self.kind, paper, self.basis(paper))

    def more(self, paper: Paper) -> dict[str, Any]:
        """What a room's own template needs beside the rest."""
        return {}

    def page(
        self, request: HttpRequest, name: str, system: AISystem, **context: Any
    ) -> HttpResponse:
        """A page under the tab "Duties"; 422 when it shows a refused form."""
        forms = (value for key, value in context.items() if key.endswith("form"))
        refused = any(form is not None and form.errors for form in forms)
        kind = self.kind
        return render(
            request,
            [f"governance/{kind.room}/{name}.html", f"governance/papers/{name}.html"],
            {
                **system_header(system, request.user, TAB),
                "kind": kind,
                "may": {
                    "change": may_on(request.user, kind.change, system),
                    "approve": may_on(request.user, kind.approve, system),
                },
                "at": {name: self.at(name) for name in ADDRESSES},
                **context,
            },
            status=422 if refused else 200,
        )

    def shown(self, request: HttpRequest, paper: Paper, **forms: Any) -> HttpResponse:
        """One version: its elements, its decision, what changed behind it."""
        basis = self.basis(paper)
        parts = {each.element.id: each for each in parts_of(paper, basis)}
        frozen = paper.frozen or freeze(self.kind, paper, basis)
        return self.page(
            request,
            "one",
            paper.system,
            paper=paper,
            frozen=frozen,
            asked_on=date.fromisoformat(frozen["law"]["on"]),
            elements=[_shown(each, parts) for each in frozen["elements"]],
            faults=list(faults(list(parts.values()))) if paper.is_open else [],
            changes=changes(paper, basis),
            mine=person(request).pk in paper.authors,
            **{
                "propose_form": None,
                "approve_form": None,
                "return_form": ReturnForm(),
                **forms,
            },
            **self.more(paper),
        )


def _shown(said: dict[str, Any], parts: dict[str, Part]) -> dict[str, Any]:
    """A frozen element as the page shows it, with its state while it is written."""
    written = said["written_at"]
    return {
        **said,
        "html": to_html(said["text"]),
        "at": datetime.fromisoformat(written) if written else None,
        "part": parts.get(said["id"]),
    }
