"""What people asked of the product on their way, and the same asked by others."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import APIResponse, BrowserContext, Page, Request

TOKEN = re.compile(r"(?<=csrfmiddlewaretoken=)[^&]*")
FORM = "application/x-www-form-urlencoded"


@dataclass
class Footprints:
    """Every page that was opened and every form that was sent, once each."""

    left: dict[tuple[str, str], str] = field(default_factory=dict)

    def of(self, page: Page) -> None:
        """Remember what this page asks for from now on."""
        page.on("request", self._left)

    def _left(self, request: Request) -> None:
        if request.is_navigation_request():
            path = urlsplit(request.url).path
            self.left.setdefault((request.method, path), request.post_data or "")

    def through(self, *names: str) -> dict[tuple[str, str], str]:
        """Those whose address names one of these things."""
        return {
            asked: sent
            for asked, sent in self.left.items()
            if any(name in asked[1] for name in names)
        }


def asked_by(
    person: BrowserContext, asked: dict[tuple[str, str], str]
) -> Iterator[tuple[str, APIResponse]]:
    """The same requests with this person's session and token; no redirect followed."""
    token = next(
        (each["value"] for each in person.cookies() if "csrf" in each["name"]), ""
    )
    for (method, path), sent in asked.items():
        yield (
            f"{method} {path}",
            person.request.fetch(
                path,
                method=method,
                max_redirects=0,
                headers={"content-type": FORM} if sent else {},
                data=TOKEN.sub(token, sent) if sent else None,
            ),
        )
