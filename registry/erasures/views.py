"""Pages of erasures: those of a system, asking for one, deciding about it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from audits.duties.selectors import standing_against
from audits.erasure.models import Erasure
from audits.erasure.selectors import footprint, logs_that_know
from audits.erasure.services import stands_against
from audits.log.models import Entry
from registry.erasures.access import (
    ASK,
    DECIDE,
    VIEW,
    get_erasure,
    systems_to_ask_in,
    visible_erasures,
)
from registry.erasures.forms import AskForm, EraseForm, KeepForm
from registry.erasures.services import ask, erase, keep
from registry.people.access import acting
from registry.people.models import User
from registry.predictions.contents.event import bundle_of, contents_of
from registry.systems.access import get_allowed_system, may_on
from registry.systems.models import AISystem
from registry.systems.views import in_system

TAB = "predictions"
# LIMIT: requests on one page; more are read by the API.
SHOWN = 100


@require_safe
def of_system(request: HttpRequest, pk: UUID) -> HttpResponse:
    system = get_allowed_system(request.user, pk, VIEW)
    return in_system(
        request,
        "registry/erasures/of_system.html",
        system,
        TAB,
        erasures=visible_erasures(_user(request)).filter(log=system.log)[:SHOWN],
        now=timezone.now(),
        may_ask=may_on(request.user, ASK, system),
    )


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Look for the person first; ask only once it is seen what would go."""
    system = get_allowed_system(request.user, pk, ASK)
    form = AskForm(request.POST if request.method == "POST" else None)
    if "ask" in request.POST:
        made = form.attempt(
            lambda: ask(
                system=system,
                **form.facts(),
                by=acting(request.user, system.organisation),
                at=timezone.now(),
            )
        )
        if made:
            messages.info(
                request,
                _("Asked for. Another person with the right to decides about it."),
            )
            return redirect("erasures:detail", system.pk, made.pk)
    looked = form.is_bound and form.is_valid()
    return in_system(
        request,
        "registry/erasures/add.html",
        system,
        TAB,
        form=form,
        **(_found(request, system, form.cleaned_data["subject"]) if looked else {}),
    )


def _found(request: HttpRequest, system: AISystem, subject: str) -> dict[str, Any]:
    """What each of the logs keeps about the person, and what stands against it here."""
    systems = {each.log_id: each for each in systems_to_ask_in(_user(request))}
    known = logs_that_know([each.log for each in systems.values()], subject)
    here = known.pop(system.log_id, None)
    now = timezone.now()
    standing = (
        standing_against(system.log, newest=here.last, now=now, tag=here.tag)
        if here and here.last
        else []
    )
    return {
        "looked": True,
        "here": here,
        "standing": standing,
        "elsewhere": [(systems[pk], each) for pk, each in known.items()],
    }


@require_safe
def detail(request: HttpRequest, pk: UUID, erasure_id: UUID) -> HttpResponse:
    system = get_allowed_system(request.user, pk, VIEW)
    return _page(request, system, _of(request, system, erasure_id))


@require_POST
def erase_it(request: HttpRequest, pk: UUID, erasure_id: UUID) -> HttpResponse:
    """Erase the person, with a reason for each thing that stands against it."""
    system = get_allowed_system(request.user, pk, DECIDE)
    erasure = _of(request, system, erasure_id)
    now = timezone.now()
    form = EraseForm(
        request.POST,
        standing=stands_against(erasure, now=now),
        expected=system.name,
        prefix="erase",
    )
    done = form.attempt(
        lambda: erase(
            erasure=erasure,
            resolved=form.facts(),
            by=acting(request.user, system.organisation),
            at=now,
        )
    )
    if done:
        messages.info(
            request,
            _("Erased. Entry %(index)s of the log says so.") % {"index": done.index},
        )
        return redirect("erasures:detail", system.pk, erasure.pk)
    return _page(request, system, erasure, erase_form=form)


@require_POST
def keep_it(request: HttpRequest, pk: UUID, erasure_id: UUID) -> HttpResponse:
    """Keep the records, until a day or for good."""
    system = get_allowed_system(request.user, pk, DECIDE)
    erasure = _of(request, system, erasure_id)
    form = KeepForm(request.POST, prefix="keep")
    done = form.attempt(
        lambda: keep(
            erasure=erasure,
            **form.facts(),
            by=acting(request.user, system.organisation),
            at=timezone.now(),
        )
    )
    if done:
        messages.info(request, _("Kept, with your name and reasons in the log."))
        return redirect("erasures:detail", system.pk, erasure.pk)
    return _page(request, system, erasure, keep_form=form)


@require_safe
def proof(request: HttpRequest, pk: UUID, erasure_id: UUID) -> HttpResponse:
    """The entry of the erasure with its proof, as a file that anyone can check."""
    system = get_allowed_system(request.user, pk, VIEW)
    erasure = _of(request, system, erasure_id)
    at = -1 if erasure.entry_idx is None else erasure.entry_idx
    entry = Entry.objects.filter(log=system.log, idx=at).first()
    if entry is None:
        raise Http404(_("Nothing was erased by this request."))
    made = bundle_of(contents_of(system.log, entry)).to_bytes()
    name = f'attachment; filename="erasure-{entry.idx}.json"'
    return HttpResponse(
        made,
        content_type="application/json",
        headers={"Content-Disposition": name},
    )


def _of(request: HttpRequest, system: AISystem, erasure_id: UUID) -> Erasure:
    erasure = get_erasure(_user(request), erasure_id)
    if erasure.log_id != system.log_id:
        raise Http404(_("There is no such request in this system."))
    return erasure


def _page(
    request: HttpRequest,
    system: AISystem,
    erasure: Erasure,
    *,
    erase_form: EraseForm | None = None,
    keep_form: KeepForm | None = None,
) -> HttpResponse:
    now = timezone.now()
    standing = stands_against(erasure, now=now) if erasure.is_open else []
    tag = bytes.fromhex(erasure.tag_text)
    form = erase_form or keep_form
    return in_system(
        request,
        "registry/erasures/detail.html",
        system,
        TAB,
        status=422 if form and form.errors else 200,
        erasure=erasure,
        now=now,
        here=footprint(system.log, tag) if erasure.is_open else None,
        standing=standing,
        refused=form,
        erase_form=erase_form
        or EraseForm(standing=standing, expected=system.name, prefix="erase"),
        keep_form=keep_form or KeepForm(prefix="keep", initial=_due(standing)),
        mine=erasure.asked_by_id == str(request.user.pk),
        may_decide=may_on(request.user, DECIDE, system),
    )


def _due(standing: list[Any]) -> dict[str, Any]:
    """The day after the last duty ends, when each of them ends by itself."""
    ends = [each.until for each in standing]
    if not ends or None in ends:
        return {}
    return {"due": max(ends).date()}


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise Http404
    return request.user
