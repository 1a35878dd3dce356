"""Doors to sources, keys and an authority's role; lists of them."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from audits.events.models import EventSource, SourceKey
from registry.people.access import demand
from registry.people.models import Membership, Organisation, Role, User
from registry.people.selectors import MANAGE_KEYS, manageable_membership
from registry.systems.access import get_allowed_system, visible_systems
from registry.systems.models import AISystem


def systems_in(user: User, organisation: Organisation) -> QuerySet[AISystem]:
    """The systems of the organisation that the person sees."""
    return visible_systems(user).filter(organisation=organisation)


def sources_in(user: User, organisation: Organisation) -> QuerySet[EventSource]:
    """Sources of events of the organisation's systems, by system and name."""
    systems = systems_in(user, organisation).order_by()
    return (
        EventSource.objects.filter(log__system__in=systems)
        .select_related("log__system")
        .prefetch_related("keys")
        .order_by("log__system__name", "name")
    )


def manageable_source(caller: User, source_id: UUID) -> EventSource:
    """A source whose keys the person may make: 404 unseen, 403 not allowed."""
    source = _visible_sources(caller).filter(pk=source_id).first()
    if source is None:
        raise Http404(_("There is no such source in your organisation."))
    demand(caller, MANAGE_KEYS, source.log.system.organisation)
    return source


def manageable_source_key(caller: User, prefix: str) -> SourceKey:
    """A source's key that the person may revoke: 404 unseen, 403 not allowed."""
    key = (
        SourceKey.objects.filter(prefix=prefix, source__in=_visible_sources(caller))
        .select_related("source__log__system__organisation")
        .first()
    )
    if key is None:
        raise Http404(_("There is no such key in your organisation."))
    demand(caller, MANAGE_KEYS, key.source.log.system.organisation)
    return key


def keyed_system(caller: User, system_id: str) -> AISystem:
    """A system for which the person may open a source."""
    return get_allowed_system(caller, system_id, MANAGE_KEYS)


def authority(caller: User, membership_id: UUID) -> Membership:
    """An authority's role that the person may manage; Http404 for another role."""
    membership = manageable_membership(caller, membership_id)
    if membership.role != Role.AUTHORITY:
        raise Http404(_("Only an authority is given systems one by one."))
    return membership


def _visible_sources(caller: User) -> QuerySet[EventSource]:
    systems = visible_systems(caller).order_by()
    return EventSource.objects.filter(log__system__in=systems).select_related(
        "log__system__organisation"
    )
