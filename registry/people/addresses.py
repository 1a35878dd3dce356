"""The address that a request came from, through as many proxies as are ours."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """The client's address; None when there is none that can be trusted.

    SECURITY: each of our proxies adds one address to X-Forwarded-For, at its end;
    what stands before those was written by the client. Without proxies the header
    counts for nothing.
    """
    claimed = [str(request.META.get("REMOTE_ADDR", ""))]
    if settings.PROXY_HOPS:
        header = str(request.META.get("HTTP_X_FORWARDED_FOR", ""))
        forwarded = header.split(",")[-settings.PROXY_HOPS :]
        if len(forwarded) == settings.PROXY_HOPS:
            claimed.insert(0, forwarded[0].strip())
    for address in claimed:
        try:
            return str(ip_address(address))
        except ValueError:
            continue
    return None
