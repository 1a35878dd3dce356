"""The texts of e-mails. Every address in them begins with BASE_URL."""

from typing import Any

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from registry.people.links import absolute
from registry.people.models import Membership, User


def invitation_mail(membership: Membership, link: str | None) -> EmailMessage:
    """Tells a person of a role; a new one gets the link to set a password."""
    context: dict[str, Any] = {
        "membership": membership,
        "link": link,
        "sign_in": absolute(reverse("login")),
    }
    subject = _("Your role in %(organisation)s on Probatum") % {
        "organisation": membership.organisation.name
    }
    return _mail("invitation", subject, membership.user.email, context)


def reset_mail(user: User, link: str) -> EmailMessage:
    """The link by which a person sets a new password."""
    context = {"user": user, "link": link}
    return _mail("reset", _("Set your password on Probatum"), user.email, context)


def _mail(
    template: str, subject: str, email: str, context: dict[str, Any]
) -> EmailMessage:
    body = render_to_string(f"registry/people/mail/{template}.txt", context)
    # A line break in a name must not begin a header of its own.
    return EmailMessage(" ".join(subject.split()), body, to=[email])
