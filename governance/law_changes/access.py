"""The door to changes of the law: an organisation's page, and a system's moves."""

from registry.people.access import roles_in
from registry.people.models import Organisation, Role, User

VIEW = "governance.view_lawrun"
START = "governance.start_lawrun"


def sees_all(user: User, organisation: Organisation) -> bool:
    """Whether the person sees the organisation's figures, and not only some systems."""
    return bool(roles_in(user, organisation) - {Role.AUTHORITY})
