"""Services that post a system's events, and their keys: shown once, stored hashed."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audits.events.access import forget_keys
from audits.events.models import EventSource, Scope, SourceKey
from audits.trail.services import Actor, record
from registry.operators.services import FactsWrong
from registry.systems.models import AISystem


@transaction.atomic
def add_source(*, system: AISystem, name: str, by: Actor, at: datetime) -> EventSource:
    """Register a service that will post events of the system.

    Raises FactsWrong when the system has a source of this name.
    """
    try:
        with transaction.atomic():
            source = EventSource.objects.create(log=system.log, name=name)
    except IntegrityError as error:
        reason = _("The system has a source of this name. Mint a key for it instead.")
        raise FactsWrong({"name": reason}) from error
    record(log=system.log, verb="source.added", subject=source, by=by, at=at)
    return source


@transaction.atomic
def commit_by_field(
    *, source: EventSource, by_field: bool, by: Actor, at: datetime
) -> EventSource:
    """Whether the entries to come commit to each field, so that one can be disclosed.

    Entries stay as they are. Another process may go on as before for a second more.
    """
    source.by_field = by_field
    source.save(update_fields=["by_field"])
    transaction.on_commit(forget_keys)
    record(
        log=source.log,
        verb="source.changed",
        subject=source,
        by=by,
        at=at,
        details={"by_field": by_field},
    )
    return source


@transaction.atomic
def mint_source_key(
    *,
    source: EventSource,
    name: str,
    scopes: Sequence[Scope],
    expires_at: datetime | None,
    by: Actor,
    at: datetime,
) -> tuple[SourceKey, str]:
    """Make a key of the source; returns the row and the text to show once.

    Raises FactsWrong when it would have expired already.
    """
    if expires_at is not None and expires_at <= at:
        reason = _("The last day lies in the past. Choose a later one.")
        raise FactsWrong({"last_day": reason})
    row, text = SourceKey.objects.create_key(
        name=name,
        source=source,
        scopes=[scope.value for scope in scopes],
        expiry_date=expires_at,
    )
    if not isinstance(row, SourceKey):
        raise TypeError(f"{row!r} is no source key")
    record(
        log=source.log,
        verb="key.minted",
        subject=f"sourcekey:{row.prefix}",
        by=by,
        at=at,
        details={
            "name": name,
            "source": source.name,
            "scopes": row.scopes,
            "expires": expires_at.isoformat() if expires_at else None,
        },
    )
    return row, text


@transaction.atomic
def revoke_source_key(*, key: SourceKey, by: Actor, at: datetime) -> SourceKey:
    """Revoke a key for ever; another process may accept it for a second more."""
    key.revoked = True
    key.save(update_fields=["revoked"])
    transaction.on_commit(forget_keys)
    record(
        log=key.source.log,
        verb="key.revoked",
        subject=f"sourcekey:{key.prefix}",
        by=by,
        at=at,
        details={"name": key.name, "source": key.source.name},
    )
    return key
