"""The door for machines: which source a key belongs to."""

import hmac
from dataclasses import dataclass
from hashlib import sha256
from time import monotonic

from django.conf import settings
from django.utils import timezone

from audits.events.models import EventSource, Scope, SourceKey
from audits.log.models import Log

# LIMIT: a revoked key works for at most this many seconds more in another process;
# without it each post would cost a query before its own.
CACHE_SECONDS = 1.0
CACHE_ENTRIES = 1000
# Looked up again by one request, early enough for all others not to wait for it.
REFRESH_SECONDS = 0.5


@dataclass(frozen=True)
class SourceKeyHolder:
    """The caller that showed a source's key."""

    prefix: str
    name: str
    source: EventSource
    log: Log
    scopes: frozenset[str]

    is_authenticated = True
    is_active = True
    pk = None

    def may(self, scope: Scope) -> bool:
        return scope.value in self.scopes


@dataclass(slots=True)
class _Kept:
    """A holder, how long it may be believed, and when to look it up again."""

    holder: SourceKeyHolder
    until: float
    refresh: float


_cache: dict[bytes, _Kept] = {}


def presented_key(header: str) -> str | None:
    """The key out of ``Bearer KEY`` or ``Api-Key KEY``; None without one."""
    scheme, _, key = header.partition(" ")
    if scheme.lower() not in {"bearer", "api-key"} or not key.strip():
        return None
    return key.strip()


def source_key(key: str) -> SourceKeyHolder | None:
    """The holder of a source's key; None when it is not one, or no longer."""
    if len(key) > 200:
        return None
    # SECURITY: the cache holds a MAC of the key, so that a memory dump has no keys.
    digest = hmac.new(settings.SECRET_KEY.encode(), key.encode(), sha256).digest()
    now = monotonic()
    kept = _cache.get(digest)
    if kept is not None and kept.until > now:
        if kept.refresh > now:
            return kept.holder
        kept.refresh = kept.until  # the others do not look it up as well
    try:
        holder = _look_up(key)
    except BaseException:
        if kept is not None:
            kept.refresh = now
        raise
    if holder is None:
        _cache.pop(digest, None)
        return None
    if len(_cache) >= CACHE_ENTRIES:
        _cache.clear()
    _cache[digest] = _Kept(holder, now + CACHE_SECONDS, now + REFRESH_SECONDS)
    return holder


def _look_up(key: str) -> SourceKeyHolder | None:
    prefix, _, _secret = key.partition(".")
    row = (
        SourceKey.objects.select_related("source__log")
        .filter(prefix=prefix, revoked=False, source__active=True)
        .first()
    )
    if row is None or not row.is_valid(key):
        return None
    if row.expiry_date is not None and row.expiry_date < timezone.now():
        return None
    return SourceKeyHolder(
        prefix=row.prefix,
        name=row.name,
        source=row.source,
        log=row.source.log,
        scopes=frozenset(row.scopes),
    )


def forget_keys() -> None:
    """Drop what is cached: after a key was revoked in this process."""
    _cache.clear()
