"""Where things are on a Probatum, and which addresses a key may travel to."""

from __future__ import annotations

import ipaddress
from importlib.metadata import PackageNotFoundError, version
from urllib.parse import quote, urlsplit

JSON = "application/json"
TEXT = "text/plain"
BYTES = "application/octet-stream"
EVENTS = "/api/v1/events"
HEARTBEATS = "/api/v1/heartbeats"
OVERSIGHT = "/api/v1/oversight"


def of_log(origin: str, file: str) -> str:
    """Return the path of a file of a log, as c2sp.org/tlog-tiles names it."""
    return f"/log/{quote(origin)}/{file}"


def headers(api_key: str) -> dict[str, str]:
    """Return what every request carries."""
    return {
        "Authorization": f"Bearer {api_key}",
        "User-Agent": f"probatum-client/{_version()}",
    }


def check_address(url: str, *, allow_http: bool) -> None:
    """Raise ValueError for what is no address, or would show the key to a network."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"{url!r} is no address; write https://host or http://host.")
    if parts.scheme == "http" and not allow_http and not _is_local(parts.hostname):
        raise ValueError(
            f"The key would travel readable to {parts.hostname}. "
            "Use https, or allow_http=True inside a network that you trust."
        )


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _version() -> str:
    try:
        return version("probatum-client")
    except PackageNotFoundError:
        return "source"
