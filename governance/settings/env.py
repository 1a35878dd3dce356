"""Typed readers of the environment that fail loudly; nothing else reads it.

When an embedded installation runs on the same VAR_DIR, what its supervisor
wrote to ``runtime.json`` fills the variables that are unset, so that a second
shell (``VAR_DIR=… manage.py exportlog …``) finds the running database.
"""

import json
import os
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parent.parent.parent


def _runtime(var_dir: Path) -> dict[str, str]:
    try:
        found = json.loads((var_dir / "runtime.json").read_text())
    except (OSError, ValueError):
        return {}
    return {key: value for key, value in found.items() if isinstance(value, str)}


VAR_DIR = Path(os.environ.get("VAR_DIR") or ROOT / "var").resolve()
_DEFAULTS = _runtime(VAR_DIR)


def text(name: str, default: str | None = None) -> str:
    """The variable as text; ImproperlyConfigured when unset without a default."""
    value = os.environ.get(name) or _DEFAULTS.get(name) or default
    if value is None:
        raise ImproperlyConfigured(
            f"The environment variable {name} is not set. The README, section "
            '"Production", lists what has to be set and how.'
        )
    return value


def flag(name: str, *, default: bool) -> bool:
    """The variable as yes or no: 1, true, yes, on or 0, false, no, off."""
    value = text(name, "1" if default else "0").lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name}={value!r} is neither yes nor no: use 1 or 0.")


def words(name: str, default: str = "") -> list[str]:
    """The variable as a list, separated by commas."""
    return [item.strip() for item in text(name, default).split(",") if item.strip()]


def secret(name: str) -> str:
    """The secret in NAME, or in the file NAME_FILE, or VAR_DIR/secrets/<name>."""
    if value := os.environ.get(name):
        return value
    default = VAR_DIR / "secrets" / name.lower().replace("_", "-")
    path = Path(os.environ.get(f"{name}_FILE") or default)
    try:
        return path.read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"No {name}: set the variable, or {name}_FILE, or write {path} "
            f"({error.strerror}). `make run` makes one on its first start."
        ) from error


def database(name: str, default: str | None = None) -> dict[str, object]:
    """A Django database from ``postgresql://user:password@host:port/name``.

    The host may be a percent-encoded socket folder, or ``?host=/folder``.
    """
    return database_at(text(name, default), name)


def database_at(address: str, name: str = "DATABASE_URL") -> dict[str, object]:
    """A Django database from such an address; `name` is what an error calls it."""
    url = urlsplit(address)
    if url.scheme not in {"postgresql", "postgres"}:
        raise ImproperlyConfigured(
            f"{name} must start with postgresql://, not {url.scheme}://. "
            "Probatum keeps its evidence in PostgreSQL 15 or newer."
        )
    query = {key: values[-1] for key, values in parse_qs(url.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.lstrip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": query.pop("host", unquote(url.hostname or "")),
        "PORT": str(query.pop("port", url.port or "")),
        # Without it a database that hangs would hold every worker, /healthz too.
        "OPTIONS": {"connect_timeout": "5", **query},  # seconds
        # A new connection costs a SCRAM handshake, tens of milliseconds each time.
        "CONN_MAX_AGE": 60,  # seconds
        "CONN_HEALTH_CHECKS": True,
    }
