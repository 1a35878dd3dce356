"""Pages of a versioned document. Each begins at the door; a room adds its own words."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
    require_safe,
)

from governance.documentation.render import to_html
from governance.papers.contents.standing import standings
from governance.papers.contents.values import Part, parts_of
from governance.papers.forms import ApproveForm, PartForm, ProposeForm, ReturnForm
from governance.papers.models import Paper
from governance.papers.render import to_pdf
from governance.papers.selectors import one_of
from governance.papers.services import (
    approve_paper,
    begin_version,
    hand_out,
    propose_paper,
    return_paper,
    write_part,
)
from governance.papers.views.frame import Frame, person
from registry.documents.selectors import pickable
from registry.people.access import acting
from registry.systems.access import get_allowed_system

SEEN = method_decorator(require_safe)
TAKEN = method_decorator(require_GET)
POSTED = method_decorator(require_POST)
ASKED = method_decorator(require_http_methods(["GET", "POST"]))


@dataclass(frozen=True)
class Desk(Frame):
    """Reading, writing, proposing, deciding and handing out."""

    @SEEN
    def of_system(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        system = get_allowed_system(request.user, pk, self.kind.view)
        found = standings(self.kind, system, request.user, timezone.localdate())
        return self.page(request, "of_system", system, standings=found)

    @POSTED
    def begin(self, request: HttpRequest, pk: UUID, operator_id: UUID) -> HttpResponse:
        system = get_allowed_system(request.user, pk, self.kind.change)
        found = standings(self.kind, system, request.user, timezone.localdate())
        ours = [each.operator for each in found if each.operator.pk == operator_id]
        if not ours:
            raise Http404(_("None of your operators with that role has this number."))
        form = ProposeForm(request.POST)
        made = form.attempt(
            lambda: begin_version(
                kind=self.kind,
                system=system,
                operator=ours[0],
                author=person(request),
                by=acting(request.user, system.organisation),
                at=timezone.now(),
            )
        )
        if made is None:
            messages.warning(request, _reasons(form))
            return redirect(self.at("of_system"), system.pk)
        messages.info(request, _("A draft is open. Nothing in it is said yet."))
        return redirect(self.at("one"), system.pk, made.pk)

    @SEEN
    def one(self, request: HttpRequest, pk: UUID, paper_id: UUID) -> HttpResponse:
        system = get_allowed_system(request.user, pk, self.kind.view)
        return self.shown(
            request, one_of(self.kind.model, system, paper_id, request.user)
        )

    @ASKED
    def part(
        self, request: HttpRequest, pk: UUID, paper_id: UUID, element: str
    ) -> HttpResponse:
        """One element: what is asked, what the register knows, what is written."""
        posted = request.method == "POST"
        kind = self.kind
        system = get_allowed_system(request.user, pk, kind.change)
        paper = one_of(kind.model, system, paper_id, request.user)
        parts = parts_of(paper, self.basis(paper))
        ids = [each.element.id for each in parts]
        if element not in ids:
            raise Http404(_("This document has no such element."))
        place = ids.index(element)
        part, later = parts[place], [*ids[place + 1 :], None][0]
        evidence = [each["id"] for each in part.written.get("evidence", [])]
        form = PartForm(
            request.POST if posted else None,
            initial=PartForm.stored(part),
            part=part,
            documents=pickable(system, evidence),
        )
        kept = form.attempt(
            lambda: write_part(
                kind=kind,
                paper=paper,
                element=element,
                **form.facts(),
                author=person(request),
                by=acting(request.user, system.organisation),
                at=timezone.now(),
            )
        )
        if not kept:
            return self._part(request, paper, parts, place, form)
        messages.info(request, _("Kept, as a draft."))
        if later and request.POST.get("act") == "next":
            return redirect(self.at("part"), system.pk, paper.pk, later)
        return redirect(self.at("one"), system.pk, paper.pk)

    @POSTED
    def propose(self, request: HttpRequest, pk: UUID, paper_id: UUID) -> HttpResponse:
        system = get_allowed_system(request.user, pk, self.kind.change)
        paper = one_of(self.kind.model, system, paper_id, request.user)
        form = ProposeForm(request.POST)
        done = form.attempt(
            lambda: propose_paper(
                kind=self.kind,
                paper=paper,
                author=person(request),
                by=acting(request.user, system.organisation),
                at=timezone.now(),
            )
        )
        if not done:
            return self.shown(request, paper, propose_form=form)
        messages.info(request, _("Proposed. A second person decides now."))
        return redirect(self.at("one"), system.pk, paper.pk)

    @POSTED
    def approve(self, request: HttpRequest, pk: UUID, paper_id: UUID) -> HttpResponse:
        system = get_allowed_system(request.user, pk, self.kind.approve)
        paper = one_of(self.kind.model, system, paper_id, request.user)
        form = ApproveForm(request.POST)
        done = form.attempt(
            lambda: approve_paper(
                kind=self.kind,
                paper=paper,
                read_sha256=form.cleaned_data["read_sha256"],
                approver=person(request),
                by=acting(request.user, system.organisation),
                at=timezone.now(),
            )
        )
        if not done:
            return self.shown(request, paper, approve_form=form)
        messages.info(request, _("Approved, and bound to the text that you read."))
        return redirect(self.at("one"), system.pk, paper.pk)

    @POSTED
    def send_back(self, request: HttpRequest, pk: UUID, paper_id: UUID) -> HttpResponse:
        system = get_allowed_system(request.user, pk, self.kind.approve)
        paper = one_of(self.kind.model, system, paper_id, request.user)
        form = ReturnForm(request.POST)
        done = form.attempt(
            lambda: return_paper(
                kind=self.kind,
                paper=paper,
                reviewer=person(request),
                note=form.cleaned_data["note"],
                by=acting(request.user, system.organisation),
                at=timezone.now(),
            )
        )
        if not done:
            return self.shown(request, paper, return_form=form)
        messages.info(request, _("Returned to its authors, with your reason."))
        return redirect(self.at("one"), system.pk, paper.pk)

    @TAKEN
    def json(self, request: HttpRequest, pk: UUID, paper_id: UUID) -> HttpResponse:
        system = get_allowed_system(request.user, pk, self.kind.view)
        paper = one_of(self.kind.model, system, paper_id, request.user)
        said = self.export(paper)
        self._hand_out(request, paper, "json")
        found = JsonResponse(said, json_dumps_params={"indent": 1})
        found["Content-Disposition"] = self._named(paper, "json")
        return found

    @TAKEN
    def pdf(self, request: HttpRequest, pk: UUID, paper_id: UUID) -> HttpResponse:
        system = get_allowed_system(request.user, pk, self.kind.view)
        paper = one_of(self.kind.model, system, paper_id, request.user)
        if not paper.frozen:
            raise Http404(_("Paper is for what was proposed; this is a draft."))
        data = to_pdf(str(self.kind.title), self.export(paper), timezone.now())
        self._hand_out(request, paper, "pdf")
        found = HttpResponse(data, content_type="application/pdf")
        found["Content-Disposition"] = self._named(paper, "pdf")
        return found

    def _part(
        self,
        request: HttpRequest,
        paper: Paper,
        parts: list[Part],
        place: int,
        form: PartForm,
    ) -> HttpResponse:
        other = form.other
        return self.page(
            request,
            "part",
            paper.system,
            paper=paper,
            part=parts[place],
            form=form,
            other=to_html(other.get("text", "")) if other else "",
            parts=parts,
            place=place + 1,
            earlier=parts[place - 1] if place else None,
            later=parts[place + 1] if place + 1 < len(parts) else None,
        )

    def _hand_out(self, request: HttpRequest, paper: Paper, form: str) -> None:
        hand_out(
            kind=self.kind,
            paper=paper,
            form=form,
            by=acting(request.user, paper.system.organisation),
            at=timezone.now(),
        )

    def _named(self, paper: Paper, suffix: str) -> str:
        name = f"{self.kind.room}-{slugify(paper.system.name)}-{paper.number}.{suffix}"
        return content_disposition_header(as_attachment=True, filename=name) or ""


def _reasons(form: ProposeForm) -> str:
    return " ".join(str(text) for each in form.errors.values() for text in each)
