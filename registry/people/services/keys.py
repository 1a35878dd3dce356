"""Keys of an organisation: shown once, stored hashed."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from audits.trail.services import Actor, record
from registry.people.models import Organisation, ServiceKey, ServiceScope
from registry.people.services.roles import Refused


@transaction.atomic
def mint_service_key(
    *,
    organisation: Organisation,
    name: str,
    scopes: Sequence[ServiceScope],
    expires_at: datetime | None,
    by: Actor,
    at: datetime,
) -> tuple[ServiceKey, str]:
    """Make a key of the organisation; returns the row and the text to show once.

    Raises Refused when it would have expired already.
    """
    if expires_at is not None and expires_at <= at:
        raise Refused(_("The last day lies in the past. Choose a later one."))
    row, text = ServiceKey.objects.create_key(
        name=name,
        organisation=organisation,
        scopes=[scope.value for scope in scopes],
        expiry_date=expires_at,
    )
    if not isinstance(row, ServiceKey):
        raise TypeError(f"{row!r} is no service key")
    record(
        log=organisation.log,
        verb="key.minted",
        subject=f"servicekey:{row.prefix}",
        by=by,
        at=at,
        details={
            "name": name,
            "scopes": row.scopes,
            "expires": expires_at.isoformat() if expires_at else None,
        },
    )
    return row, text


@transaction.atomic
def revoke_service_key(*, key: ServiceKey, by: Actor, at: datetime) -> ServiceKey:
    """Revoke a key for ever; the next request that shows it is refused."""
    key.revoked = True
    key.save(update_fields=["revoked"])
    record(
        log=key.organisation.log,
        verb="key.revoked",
        subject=f"servicekey:{key.prefix}",
        by=by,
        at=at,
        details={"name": key.name},
    )
    return key
