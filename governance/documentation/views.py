"""Technical documentation of a system version: the leaves, and one leaf."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from governance.documentation.access import APPROVE, CHANGE, VIEW
from governance.documentation.forms import ApproveForm, CopyForm, LeafForm
from governance.documentation.models import AnnexText
from governance.documentation.render import to_html
from governance.documentation.selectors import (
    LEAVES,
    figures,
    leaf_of,
    leaves,
    text_of,
    to_back,
    version_of,
    versions_with_texts,
)
from governance.documentation.services import (
    LIMIT,
    approve_text,
    copy_texts,
    digest_of,
    write_text,
)
from registry.people.access import acting
from registry.people.models import User
from registry.systems.access import get_allowed_system, may_on
from registry.systems.models import AISystem, SystemVersion
from registry.systems.selectors import system_header


def page(
    request: HttpRequest, name: str, system: AISystem, **context: Any
) -> HttpResponse:
    """A page under the tab "Documentation"; 422 when it shows a refused form."""
    forms = (value for key, value in context.items() if key.endswith("form"))
    refused = any(form is not None and form.errors for form in forms)
    return render(
        request,
        f"governance/documentation/{name}.html",
        {
            **system_header(system, request.user, "documentation"),
            "may": {
                "change": may_on(request.user, CHANGE, system),
                "approve": may_on(request.user, APPROVE, system),
            },
            **context,
        },
        status=422 if refused else 200,
    )


def person(request: HttpRequest) -> User:
    """The person who asks; the door has made sure that it is one."""
    if not isinstance(request.user, User):
        raise TypeError("a page of documentation was asked for by nobody")
    return request.user


@require_safe
def overview(request: HttpRequest, pk: UUID) -> HttpResponse:
    system = get_allowed_system(request.user, pk, VIEW)
    versions = versions_with_texts(system)
    wanted = request.GET.get("version", "")
    known = {str(version.pk): version for version in versions}
    version = known.get(wanted) or next(iter(versions), None)
    found = leaves(version) if version else []
    return page(
        request,
        "overview",
        system,
        versions=versions,
        version=version,
        leaves=found,
        figures=figures(found),
        sources=[v for v in versions if v != version and v.texts],
        written=any(leaf.row for leaf in found),
    )


@require_http_methods(["GET", "POST"])
def leaf(request: HttpRequest, pk: UUID, version_id: UUID, leaf: str) -> HttpResponse:
    wanted = CHANGE if request.method == "POST" else VIEW
    system = get_allowed_system(request.user, pk, wanted)
    version, asks = version_of(system, version_id), leaf_of(leaf)
    row = text_of(version, leaf)
    form = LeafForm(
        request.POST if request.method == "POST" else None,
        initial=LeafForm.stored(row),
        documents=to_back(system, row),
    )
    if form.is_bound and request.POST.get("act") == "preview":
        preview = to_html(request.POST.get("text", "")[:LIMIT])
        return _leaf(request, version, row, form, leaf=asks, preview=preview)
    kept = None
    if form.is_bound:
        kept = form.attempt(
            lambda: write_text(
                version=version,
                leaf=leaf,
                **form.facts(),
                author=person(request),
                by=acting(request.user, system.organisation),
                at=timezone.now(),
            )
        )
    if kept:
        messages.info(request, _("Kept. It is a draft until a second person approves."))
        return redirect("documentation:leaf", system.pk, version.pk, leaf)
    return _leaf(request, version, row, form, leaf=asks)


@require_POST
def approve(
    request: HttpRequest, pk: UUID, version_id: UUID, leaf: str
) -> HttpResponse:
    system = get_allowed_system(request.user, pk, APPROVE)
    version, asks = version_of(system, version_id), leaf_of(leaf)
    row = text_of(version, leaf)
    if row is None:
        messages.error(request, _("There is no text to approve yet."))
        return redirect("documentation:leaf", system.pk, version.pk, leaf)
    approve_form = ApproveForm(request.POST)
    done = approve_form.attempt(
        lambda: approve_text(
            text=row,
            read_sha256=approve_form.cleaned_data["read_sha256"],
            approver=person(request),
            by=acting(request.user, system.organisation),
            at=timezone.now(),
        )
    )
    if done:
        messages.info(request, _("Approved, and bound to the text that you read."))
        return redirect("documentation:leaf", system.pk, version.pk, leaf)
    form = LeafForm(initial=LeafForm.stored(row), documents=to_back(system, row))
    return _leaf(request, version, row, form, leaf=asks, approve_form=approve_form)


@require_POST
def copy(request: HttpRequest, pk: UUID, version_id: UUID) -> HttpResponse:
    system = get_allowed_system(request.user, pk, CHANGE)
    version = version_of(system, version_id)
    form = CopyForm(request.POST, versions=system.versions.all())
    made = form.attempt(
        lambda: copy_texts(
            source=form.cleaned_data["source"],
            target=version,
            author=person(request),
            by=acting(request.user, system.organisation),
            at=timezone.now(),
        )
    )
    if made is None:
        reasons = " ".join(str(text) for each in form.errors.values() for text in each)
        messages.error(request, _("Nothing was taken over. %s") % reasons)
    else:
        messages.info(
            request,
            ngettext(
                "%(n)s text was taken over as a draft.",
                "%(n)s texts were taken over as drafts.",
                len(made),
            )
            % {"n": len(made)},
        )
    address = reverse("documentation:overview", args=[system.pk])
    return redirect(f"{address}?version={version.pk}")


def _leaf(
    request: HttpRequest,
    version: SystemVersion,
    row: AnnexText | None,
    form: LeafForm,
    **context: Any,
) -> HttpResponse:
    """One leaf: what is asked, what is written, the editor, the decision."""
    order = list(LEAVES.values())
    place = order.index(context["leaf"])
    other = form.other
    return page(
        request,
        "leaf",
        version.system,
        version=version,
        row=row,
        text=to_html(row.text) if row else "",
        digest=digest_of(row) if row else "",
        preview=context.pop("preview", None),
        mine=row is not None and row.author_id == person(request).pk,
        form=form,
        other=to_html(other.text or other.not_applicable_reason) if other else "",
        earlier=order[place - 1] if place else None,
        later=order[place + 1] if place + 1 < len(order) else None,
        **context,
    )
