"""What pages of other rooms say about drafts for the EU database."""

from typing import Any

from django import template
from django.utils import timezone

from governance.registration.contents.changes import alarms
from registry.systems.models import AISystem

register = template.Library()


@register.inclusion_tag("governance/registration/_alarms.html")
def registration_alarms(system: AISystem) -> dict[str, Any]:
    """What was submitted and is no longer so; nothing while all is as it was."""
    return {"system": system, "alarms": alarms([system], timezone.now().date())}
