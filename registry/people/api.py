"""Who calls the API: an organisation's service key, a source's key, or a person."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from audits.events.access import SourceKeyHolder, presented_key, source_key
from registry.people import throttle
from registry.people.models import Organisation, ServiceKey, ServiceScope

CHALLENGE = 'Bearer realm="Probatum"'
# LIMIT: what is worked out for a caller and kept nowhere; a person or a key each.
WORKED_OUT = throttle.Limit("worked-out", 120, timedelta(minutes=1))


class ServiceKeyHolder:
    """The caller that showed a service key. It is no person and has no roles."""

    is_authenticated = True
    is_active = True
    pk = None

    def __init__(self, key: ServiceKey) -> None:
        self.key = key
        self.organisation: Organisation = key.organisation
        self.scopes = set(key.scopes)

    def __str__(self) -> str:
        return self.key.name


class ServiceKeyAuthentication(BaseAuthentication):
    """Accepts ``Authorization: Bearer KEY`` of either kind; refuses a wrong one."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        key = presented_key(request.META.get("HTTP_AUTHORIZATION", ""))
        if key is None:
            return None
        if (holder := source_key(key)) is not None:
            return holder, key
        try:
            found = ServiceKey.objects.select_related("organisation__log").get(
                pk=ServiceKey.objects.get_from_key(key).pk
            )
        except ServiceKey.DoesNotExist:
            found = None
        if found is None or (found.expiry_date and found.expiry_date < timezone.now()):
            raise AuthenticationFailed(
                _("The key is unknown, revoked or expired. Ask an administrator.")
            )
        return ServiceKeyHolder(found), key

    def authenticate_header(self, request: Request) -> str:
        return CHALLENGE


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI document names the keys; found by drf-spectacular itself."""

    target_class = "registry.people.api.ServiceKeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": _("A service key of an organisation, or an event source's."),
        }


class Denied(BasePermission):
    """The default: a view that does not say who may call it lets nobody in."""

    def has_permission(self, request: Request, view: object) -> bool:
        return False


class SignedIn(BasePermission):
    """A person's session or a key; the door decides about the object."""

    def has_permission(self, request: Request, view: object) -> bool:
        return bool(request.user and request.user.is_authenticated)


class RegistryScope(BasePermission):
    """Reading asks a key for registry:read, anything else for registry:write.

    A source's key only reads, and the door shows it its own system alone; a
    person's role is asked by the door.
    """

    def has_permission(self, request: Request, view: object) -> bool:
        caller: object = request.user
        reads = request.method in SAFE_METHODS
        if isinstance(caller, SourceKeyHolder) and not reads:
            self.message = _("The key of an event source cannot change the registry.")
            return False
        if isinstance(caller, ServiceKeyHolder | SourceKeyHolder):
            scope = ServiceScope.REGISTRY_READ if reads else ServiceScope.REGISTRY_WRITE
            self.message = _("This key lacks the scope %(scope)s.") % {
                "scope": scope.value
            }
            return scope.value in caller.scopes
        return bool(getattr(caller, "is_authenticated", False))


class NotTooOften(BaseThrottle):
    """429 for a caller who has more worked out than people and programs need."""

    def allow_request(self, request: Request, view: object) -> bool:
        if request.method in SAFE_METHODS:
            return True
        who = str(request.auth or request.user.pk)
        now = timezone.now()
        return throttle.spend(WORKED_OUT, who, at=now) <= WORKED_OUT.tries

    def wait(self) -> float:
        return WORKED_OUT.window.total_seconds()


__all__ = [
    "Denied",
    "NotTooOften",
    "RegistryScope",
    "ServiceKeyAuthentication",
    "ServiceKeyHolder",
    "SignedIn",
    "SourceKeyHolder",
]
