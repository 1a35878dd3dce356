"""Pages of the impact assessments of a system (Art. 27), with their notifications."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.fria.contents import KIND
from governance.fria.forms import NotificationForm
from governance.fria.selectors import notifications_of, notified
from governance.fria.services import record_notification
from governance.papers.models import Paper
from governance.papers.selectors import one_of
from governance.papers.views.desk import ASKED, Desk
from governance.papers.views.frame import person
from registry.documents.selectors import pickable
from registry.people.access import acting
from registry.systems.access import get_allowed_system


class AssessmentDesk(Desk):
    """A document that an authority is told of, once it is approved."""

    def export(self, paper: Paper) -> dict[str, Any]:
        return {**super().export(paper), "notifications": notified(paper)}

    def more(self, paper: Paper) -> dict[str, Any]:
        return {"notifications": notifications_of(paper)}

    @ASKED
    def notify(self, request: HttpRequest, pk: UUID, paper_id: UUID) -> HttpResponse:
        """Record a notification of an approved version, or its exemption."""
        system = get_allowed_system(request.user, pk, KIND.change)
        paper = one_of(KIND.model, system, paper_id, request.user)
        form = NotificationForm(
            request.POST if request.method == "POST" else None,
            documents=pickable(system),
        )
        made = form.attempt(
            lambda: record_notification(
                assessment=paper,
                facts=form.facts(),
                author=person(request),
                by=acting(request.user, system.organisation),
                at=timezone.now(),
            )
        )
        if made is None:
            return self.page(request, "notify", system, paper=paper, form=form)
        messages.info(request, _("Recorded."))
        return redirect("fria:one", system.pk, paper.pk)


desk = AssessmentDesk(KIND)
