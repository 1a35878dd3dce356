"""Who works in the organisation, and with which roles."""

from smtplib import SMTPException
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from registry.people.access import (
    MANAGE_PEOPLE,
    VIEW_PEOPLE,
    PersonRequest,
    acting,
    demand,
    manageable_membership,
    may,
)
from registry.people.forms import InviteForm, RoleForm, UntilForm, posted
from registry.people.models import Organisation
from registry.people.render import invitation_mail
from registry.people.selectors import member_of, members_of
from registry.people.services import (
    Invitation,
    Refused,
    change_until,
    end_role,
    end_sessions_of,
    give_role,
    invite_person,
    last_moment,
)


@require_safe
def members(request: PersonRequest) -> HttpResponse:
    """The people of the organisation with their roles."""
    organisation = _working(request, VIEW_PEOPLE)
    context = {
        "members": members_of(organisation, timezone.now()),
        "organisation": organisation,
        "may_manage": may(request.user, MANAGE_PEOPLE, organisation),
    }
    return render(request, "registry/people/members.html", context)


@require_http_methods(["GET", "POST"])
def invite(request: PersonRequest) -> HttpResponse:
    """Give a person a role by e-mail address."""
    organisation = _working(request, MANAGE_PEOPLE)
    form = InviteForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            invitation = invite_person(
                email=form.cleaned_data["email"],
                name=form.cleaned_data["name"],
                organisation=organisation,
                role=form.cleaned_data["role"],
                until=last_moment(form.cleaned_data["last_day"]),
                by=acting(request.user, organisation),
                at=timezone.now(),
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            _send(request, invitation)
            return redirect("people:member", invitation.membership.user_id)
    return _page(request, "invite", form, {"organisation": organisation, "form": form})


@require_http_methods(["GET", "POST"])
def member(request: PersonRequest, pk: UUID) -> HttpResponse:
    """One person's roles here; POST gives one more."""
    giving = request.method == "POST"
    organisation = _working(request, MANAGE_PEOPLE if giving else VIEW_PEOPLE)
    now = timezone.now()
    found = member_of(organisation, pk, now)
    form = RoleForm(posted(request))
    if giving and form.is_valid():
        try:
            given = give_role(
                user=found.user,
                organisation=organisation,
                role=form.cleaned_data["role"],
                until=last_moment(form.cleaned_data["last_day"]),
                by=acting(request.user, organisation),
                at=now,
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(
                request,
                _("%(person)s is now %(role)s.")
                % {"person": found.user, "role": given.get_role_display()},
            )
            return redirect("people:member", pk)
    context = {
        "member": found,
        "organisation": organisation,
        "form": form,
        "may_manage": may(request.user, MANAGE_PEOPLE, organisation),
    }
    return _page(request, "member", form, context)


@require_http_methods(["GET", "POST"])
def until(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Let a role end on another day, or on none."""
    membership = manageable_membership(request.user, pk)
    day = membership.until.date() if membership.until else None
    form = UntilForm(posted(request), initial={"last_day": day})
    if request.method == "POST" and form.is_valid():
        try:
            change_until(
                membership=membership,
                until=last_moment(form.cleaned_data["last_day"]),
                by=acting(request.user, membership.organisation),
                at=timezone.now(),
            )
        except Refused as refused:
            form.add_error("last_day", str(refused))
        else:
            messages.success(request, _("The end of the role is changed."))
            return redirect("people:member", membership.user_id)
    context = {"membership": membership, "form": form}
    return _page(request, "until", form, context)


@require_POST
def end(request: PersonRequest, pk: UUID) -> HttpResponse:
    """End a role now."""
    membership = manageable_membership(request.user, pk)
    try:
        end_role(
            membership=membership,
            by=acting(request.user, membership.organisation),
            at=timezone.now(),
        )
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The role has ended."))
    if membership.user == request.user:
        return redirect("home:home")
    return redirect("people:member", membership.user_id)


@require_POST
def end_sessions(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Sign a person of the organisation out everywhere."""
    organisation = _working(request, MANAGE_PEOPLE)
    now = timezone.now()
    found = member_of(organisation, pk, now)
    if not found.roles:
        raise Http404(_("This person holds no role here any more."))
    end_sessions_of(
        user=found.user,
        organisation=organisation,
        by=acting(request.user, organisation),
        at=now,
    )
    messages.success(
        request, _("%(person)s is signed out everywhere.") % {"person": found.user}
    )
    return redirect("people:member", pk)


def _working(request: PersonRequest, permission: str) -> Organisation:
    """The organisation that the person works in, if their role there gives it."""
    organisation = request.organisation
    if organisation is None:
        raise Http404(_("You hold no role in any organisation."))
    demand(request.user, permission, organisation)
    return organisation


def _send(request: PersonRequest, invitation: Invitation) -> None:
    email = invitation.membership.user.email
    try:
        invitation_mail(invitation.membership, invitation.link).send()
    except (OSError, SMTPException):
        messages.error(
            request,
            _(
                "The role is given, but no e-mail could be sent to %(email)s. The "
                'person can ask for a link themselves: "Forgot your password?" on '
                "the sign-in page."
            )
            % {"email": email},
        )
    else:
        messages.success(
            request,
            _("The role is given, and an e-mail is on its way to %(email)s.")
            % {"email": email},
        )


def _page(
    request: PersonRequest, name: str, form: Form, context: dict[str, object]
) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, f"registry/people/{name}.html", context, status=status)
