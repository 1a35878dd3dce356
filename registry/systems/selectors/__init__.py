"""What pages say of a system: its header, its line in the list, what is missing.

Deployments, models and everything above this room are read by the names of their
relations, never imported: this room lies below them.
"""

from registry.systems.selectors.header import (
    Header,
    LogLine,
    live_versions,
    log_line,
    page_address,
    roles_on,
    system_header,
)
from registry.systems.selectors.lists import (
    first_event,
    members,
    model_versions_of,
    sources_of,
    systems_page,
    versions_of,
)
from registry.systems.selectors.overview import missing_facts, overview_facts

__all__ = [
    "Header",
    "LogLine",
    "first_event",
    "live_versions",
    "log_line",
    "members",
    "missing_facts",
    "model_versions_of",
    "overview_facts",
    "page_address",
    "roles_on",
    "sources_of",
    "system_header",
    "systems_page",
    "versions_of",
]
