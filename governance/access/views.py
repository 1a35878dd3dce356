"""The page on which an authority is given systems."""

from datetime import UTC, datetime, time
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from governance.access.access import authority, systems_in
from governance.access.forms import GivenForm
from governance.access.services import give_systems
from registry.people.access import PersonRequest, acting
from registry.people.forms import posted
from registry.people.services import Refused
from registry.systems.access import systems_given_to


@require_http_methods(["GET", "POST"])
def given(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Which systems an authority's reader sees, and until when."""
    membership = authority(request.user, pk)
    held = systems_given_to(membership)
    form = GivenForm(
        posted(request),
        systems=systems_in(request.user, membership.organisation),
        initial={
            "systems": held,
            "last_day": membership.until.date() if membership.until else None,
        },
    )
    if request.method == "POST" and form.is_valid():
        until = datetime.combine(form.cleaned_data["last_day"], time.max, UTC)
        try:
            give_systems(
                membership=membership,
                systems=list(form.cleaned_data["systems"]),
                until=until,
                by=acting(request.user, membership.organisation),
                at=timezone.now(),
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The systems of the authority are changed."))
            return redirect("people:member", membership.user_id)
    context = {"membership": membership, "form": form}
    status = 422 if form.errors else 200
    return render(request, "governance/access/given.html", context, status=status)
