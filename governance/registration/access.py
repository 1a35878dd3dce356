"""What the door is asked for before a draft, and who reads the secure section.

SECURITY: Art. 49(4) opens its section to the Commission and to the authorities of Art.
74(8) alone. Within the organisation only those read it who prepare, submit or audit
it; an authority reads it for the systems that it was given one by one. Keys are not
persons and never do.
"""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from registry.systems.access import Caller, may_on
from registry.systems.models import AISystem

VIEW = "governance.view_registration"
CHANGE = "governance.change_registration"
SUBMIT = "governance.submit_registration"
SECURE = "governance.view_secure_registration"


def may_read(caller: Caller, system: AISystem, *, non_public: bool) -> bool:
    """Whether the caller may read a draft of the system."""
    return not non_public or may_on(caller, SECURE, system)


def demand_read(caller: Caller, system: AISystem, *, non_public: bool) -> None:
    """Raise PermissionDenied (403) for what Art. 49(4) keeps from the caller."""
    if not may_read(caller, system, non_public=non_public):
        raise PermissionDenied(
            _("Art. 49(4) keeps this from the public; your role does not read it.")
        )
