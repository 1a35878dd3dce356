"""The feed that calendar programs read: a secret in the address, and no session."""

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from governance.calendar.contents import event_of
from governance.calendar.encoding import calendar
from governance.calendar.selectors import events_of, feed_of

EXAMPLE = OpenApiExample(
    "One due day",
    value="BEGIN:VCALENDAR\r\nVERSION:2.0\r\n…\r\nEND:VCALENDAR\r\n",
    media_type="text/calendar",
    response_only=True,
)


class Feed(APIView):
    """Due days for a calendar program."""

    # SECURITY: the secret is the only key. It is long, random, kept as a digest, never
    # logged (query strings are not), and shows what its person may read at the moment.
    authentication_classes = []
    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="obligations_calendar",
        parameters=[
            OpenApiParameter(
                "token", str, required=True,
                description="The secret that the page Calendar shows once.",
            )
        ],
        responses={(200, "text/calendar"): OpenApiTypes.STR},
        examples=[EXAMPLE],
        auth=[],
    )  # fmt: skip
    def get(self, request: Request) -> HttpResponse:
        """Read due days as RFC 5545. 404 when the secret ended or its person left."""
        feed = feed_of(request.query_params.get("token", ""))
        if feed is None:
            raise Http404(_("There is no such calendar, or it was ended."))
        name = _("Duties under the AI Act: %(who)s") % {"who": feed.user}
        body = calendar(
            name, [event_of(period) for period in events_of(feed)], timezone.now()
        )
        return HttpResponse(
            body,
            content_type="text/calendar; charset=utf-8",
            headers={
                "Cache-Control": "private, no-store",
                "Content-Disposition": 'inline; filename="duties.ics"',
            },
        )
