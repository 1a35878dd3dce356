"""The door to the changes of role of a system, and who may be asked about them."""

from django.db.models import Q, QuerySet
from django.utils import timezone

from governance.access.roles import PERMISSIONS
from registry.people.models import Organisation, User

VIEW = "registry.view_aisystem"
CHANGE = "registry.change_aisystem"


def can_answer(organisation: Organisation) -> QuerySet[User]:
    """The persons whose role lets them answer, by name."""
    roles = [role for role, allowed in PERMISSIONS.items() if CHANGE in allowed]
    lasting = Q(memberships__until__isnull=True)
    lasting |= Q(memberships__until__gt=timezone.now())
    return (
        User.objects.filter(
            lasting,
            memberships__organisation=organisation,
            memberships__role__in=roles,
            is_active=True,
        )
        .order_by("name")
        .distinct()
    )
