"""Which organisation a request works in."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from registry.people.access import active_memberships
from registry.people.models import Organisation


class MembershipMiddleware:
    """Sets ``request.organisation`` to the one chosen, or the first one held.

    It decides what lists show, never what may be done: permission is asked for
    the object's own organisation.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.organisation = self.chosen(request)  # type: ignore[attr-defined]
        return self.get_response(request)

    @staticmethod
    def chosen(request: HttpRequest) -> Organisation | None:
        if not request.user.is_authenticated:
            return None
        held = {
            m.organisation_id: m.organisation for m in active_memberships(request.user)
        }
        wanted = request.session.get("organisation")
        for organisation_id, organisation in held.items():
            if str(organisation_id) == wanted:
                return organisation
        return next(iter(held.values()), None)
