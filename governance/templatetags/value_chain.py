"""The alarm of Art. 25 on pages of lower floors, which know nothing of this one."""

from typing import Any

from django import template

from governance.value_chain.selectors import open_alarms
from registry.systems.models import AISystem

register = template.Library()


@register.inclusion_tag("governance/value_chain/_alarm.html")
def role_alarm(system: AISystem, *, may_change: bool) -> dict[str, Any]:
    """A panel that names the open alarms of a system; nothing when there is none."""
    alarms = open_alarms([system]).get(system.pk, [])
    return {"system": system, "alarms": alarms, "may_change": may_change}
