"""The door to entries and logs: who may read which. Unseen is 404, not allowed 403.

A log of a system opens for those who see the system, an organisation's own log for
those who may read its trail. The installation's log opens for nobody over HTTP.
"""

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, PermissionDenied

from audits.events.access import SourceKeyHolder
from audits.events.models import EventId, Scope
from audits.log.models import Entry, Log
from audits.log.selectors import Removed, removal_of
from registry.people.access import demand, may
from registry.people.api import ServiceKeyHolder
from registry.people.models import Organisation, ServiceScope, User
from registry.systems.access import Caller, visible_systems
from registry.systems.models import AISystem

VIEW = "registry.view_predictions"
REVIEW = "registry.review_predictions"
VERIFY = "registry.verify_evidence"
DISCLOSE = "registry.disclose_evidence"
TRAIL = "registry.view_trail"


class SameIdInTwoLogs(APIException):
    """409: the caller sees the id in several logs and has to choose one."""

    status_code = 409
    default_detail = _("The id is in several logs")
    default_code = "ambiguous"

    def __init__(self, origins: list[str]) -> None:
        super().__init__(
            _("You see this id in %(count)s logs. Add ?log= with the origin of one.")
            % {"count": len(origins)}
        )
        self.problem = {"logs": origins}


class Gone(APIException):
    """410: it was there, and was removed when no duty asked to keep it."""

    status_code = 410
    default_code = "removed"

    def __init__(self, removed: Removed) -> None:
        super().__init__(str(removed))
        self.removed = removed
        self.problem = {
            "entry": removed.pruned.entry,
            "removed_at": removed.pruned.pruned_at.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class Found:
    """An entry, and the system in whose log it stands."""

    system: AISystem
    entry: Entry

    @property
    def log(self) -> Log:
        return self.system.log


def demand_scope(caller: Caller) -> None:
    """Refuse (403) a key that may not read events; a person's roles decide later."""
    if isinstance(caller, ServiceKeyHolder):
        allowed = ServiceScope.EVENTS_READ.value in caller.scopes
    elif isinstance(caller, SourceKeyHolder):
        allowed = caller.may(Scope.EVENTS_READ)
    else:
        return
    if not allowed:
        raise PermissionDenied(_("This key lacks the scope events:read."))


def demand_view(caller: Caller, system: AISystem) -> None:
    """Refuse (403) a person whose role in the system's organisation lacks it."""
    if isinstance(caller, User):
        demand(caller, VIEW, system.organisation)


def find_event(caller: Caller, event_id: UUID, origin: str = "") -> Found:
    """The entry of that id in a log the caller may read.

    Raises Http404 when there is none, SameIdInTwoLogs when the caller sees several
    and `origin` chooses none of them.
    """
    demand_scope(caller)
    systems = {system.log_id: system for system in visible_systems(caller)}
    rows = EventId.objects.filter(log__in=list(systems), event_id=event_id)
    found = {systems[log_id]: idx for log_id, idx in rows.values_list("log_id", "idx")}
    if origin:
        found = {s: idx for s, idx in found.items() if s.log.origin == origin}
    if not found:
        raise Http404(_("There is no such event, or you may not see it."))
    if len(found) > 1:
        raise SameIdInTwoLogs(sorted(system.log.origin for system in found))
    [(system, idx)] = found.items()
    demand_view(caller, system)
    return _own(Found(system, entry_at(system.log, idx)), event_id)


def find_in_system(system: AISystem, event_id: UUID) -> Found:
    """The entry of that id in the log of a system whose door was passed."""
    row = EventId.objects.filter(log=system.log_id, event_id=event_id).first()
    if row is None:
        raise Http404(_("There is no such prediction in this system's log."))
    return _own(Found(system, entry_at(system.log, row.idx)), event_id)


def _own(found: Found, event_id: UUID) -> Found:
    """The entry, when it bears the id itself; Http404 otherwise.

    SECURITY: the table of ids is no evidence. A row that somebody added to it must
    not show one event under the id of another.
    """
    if str(found.entry.event_id) != str(event_id):
        raise Http404(_("There is no such event, or you may not see it."))
    return found


def entry_at(log: Log, idx: int) -> Entry:
    """The entry at an index that is known to exist; Gone when it was removed."""
    rows = Entry.objects.filter(log=log, log_class=log.log_class, idx=idx)
    if (found := rows.first()) is not None:
        return found
    if (removal := removal_of(log, idx)) is not None:
        raise Gone(Removed(removal))
    raise Http404(_("There is no such event, or you may not see it."))


def readable_log(caller: Caller, origin: str) -> Log:
    """The log of that origin, when the caller may read all of it."""
    demand_scope(caller)
    unseen = Http404(_("There is no such log, or you may not see it."))
    if not origin.isprintable():
        raise unseen
    system = visible_systems(caller).filter(log__origin=origin).first()
    if system is not None:
        demand_view(caller, system)
        return system.log
    organisation = (
        Organisation.objects.select_related("log").filter(log__origin=origin).first()
    )
    if organisation is None or not isinstance(caller, User):
        raise unseen
    if not may(caller, TRAIL, organisation):
        raise unseen
    return organisation.log
