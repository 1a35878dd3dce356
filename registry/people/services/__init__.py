"""Acts on organisations, people, their roles, their keys and their sign-ins."""

from registry.people.services.invitations import (
    Invitation,
    accept_invitation,
    invite_person,
)
from registry.people.services.keys import mint_service_key, revoke_service_key
from registry.people.services.organisations import (
    create_organisation,
    installation_log,
)
from registry.people.services.passwords import (
    change_password,
    prepare_reset,
    reset_password,
)
from registry.people.services.roles import (
    Refused,
    change_until,
    end_role,
    give_role,
    last_moment,
)
from registry.people.services.signing_in import (
    end_other_sessions,
    end_session,
    end_sessions_of,
    record_lock,
    record_sign_in,
    record_sign_out,
)

__all__ = [
    "Invitation",
    "Refused",
    "accept_invitation",
    "change_password",
    "change_until",
    "create_organisation",
    "end_other_sessions",
    "end_role",
    "end_session",
    "end_sessions_of",
    "give_role",
    "installation_log",
    "invite_person",
    "last_moment",
    "mint_service_key",
    "prepare_reset",
    "record_lock",
    "record_sign_in",
    "record_sign_out",
    "reset_password",
    "revoke_service_key",
]
