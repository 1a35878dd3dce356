"""Keys by which other programs read and write the organisation's registry."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from registry.people.access import (
    MANAGE_KEYS,
    VIEW_KEYS,
    PersonRequest,
    acting,
    demand,
    manageable_key,
    may,
)
from registry.people.forms import KeyForm, posted
from registry.people.models import ServiceScope
from registry.people.services import (
    Refused,
    last_moment,
    mint_service_key,
    revoke_service_key,
)


@require_http_methods(["GET", "POST"])
@never_cache
def keys(request: PersonRequest) -> HttpResponse:
    """The organisation's keys; POST makes one and shows it this once."""
    organisation = request.organisation
    if organisation is None:
        raise Http404(_("You hold no role in any organisation."))
    making = request.method == "POST"
    demand(request.user, MANAGE_KEYS if making else VIEW_KEYS, organisation)
    now = timezone.now()
    form = KeyForm(posted(request))
    context = {
        "organisation": organisation,
        "form": form,
        "now": now,
        "may_manage": may(request.user, MANAGE_KEYS, organisation),
    }
    if making and form.is_valid():
        if ServiceScope.REGISTRY_WRITE in form.cleaned_data["scopes"]:
            # SECURITY: a key must not do what its maker's own role may not.
            demand(request.user, "registry.change_aisystem", organisation)
        try:
            row, text = mint_service_key(
                organisation=organisation,
                name=form.cleaned_data["name"],
                scopes=form.cleaned_data["scopes"],
                expires_at=last_moment(form.cleaned_data["last_day"]),
                by=acting(request.user, organisation),
                at=now,
            )
        except Refused as refused:
            form.add_error("last_day", str(refused))
        else:
            # No redirect: the key is in this one answer and nowhere else.
            context |= {"minted": row, "text": text, "form": KeyForm()}
    context["keys"] = organisation.service_keys.order_by("revoked", "-created")
    return render(
        request,
        "registry/people/keys.html",
        context,
        status=422 if form.errors else 200,
    )


@require_POST
def revoke(request: PersonRequest, prefix: str) -> HttpResponse:
    """Revoke a key for ever."""
    key = manageable_key(request.user, prefix)
    if not key.revoked:
        revoke_service_key(
            key=key, by=acting(request.user, key.organisation), at=timezone.now()
        )
    messages.success(request, _("The key is revoked. It cannot be used again."))
    return redirect("people:keys")
