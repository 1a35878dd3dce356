"""What the typesetter may read: our style sheets and fonts, and our own figures.

SECURITY: everything else is refused, whatever a text tries to name: files of this
machine, addresses of this network, addresses of the world.
"""

from collections.abc import Mapping
from functools import cache
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings
from fontTools.ttLib import woff2
from weasyprint.urls import URLFetcher, URLFetcherResponse

# A name that can never be resolved (RFC 6761), so that nothing is asked by mistake.
BASE = "https://static.invalid/"
FIGURES = "figure:"
WOFF2 = ".woff2"
TYPES = {".css": "text/css", WOFF2: "font/sfnt", ".svg": "image/svg+xml"}


class Refused(ValueError):
    """A page names something that is not ours."""


class OnlyOurs(URLFetcher):  # type: ignore[misc]
    """Serves the static folder and the figures it was given; refuses the rest.

    The engine goes on without what it cannot have; `refused` tells whoever typesets
    that something was asked for, so that no page is made with a hole.
    """

    def __init__(self, figures: Mapping[str, str]) -> None:
        super().__init__(allowed_protocols=[])
        self.figures = figures
        self.root = (Path(settings.ROOT) / "static").resolve()
        self.refused: list[str] = []

    def fetch(
        self, url: str, headers: Mapping[str, str] | None = None
    ) -> URLFetcherResponse:
        """The bytes of a figure or a static file; Refused for anything else."""
        if url.startswith(FIGURES) and url.removeprefix(FIGURES) in self.figures:
            body = self.figures[url.removeprefix(FIGURES)].encode()
            return _response(url, body, ".svg")
        path = (self.root / unquote(urlsplit(url).path).lstrip("/")).resolve()
        ours = self.root in path.parents and path.suffix in TYPES
        if not url.startswith(BASE) or not ours or not path.is_file():
            self.refused.append(url[:200])
            raise Refused(f"refused to fetch {url[:200]!r}")
        body = _unpacked(path) if path.suffix == WOFF2 else path.read_bytes()
        return _response(url, body, path.suffix)


@cache
def _unpacked(path: Path) -> bytes:
    """A font of ours as the engine wants it: that takes it half of the time of a file.

    LIMIT: some 3 MB, for the two dozen fonts of paper.
    """
    out = BytesIO()
    woff2.decompress(BytesIO(path.read_bytes()), out)
    return out.getvalue()


def _response(url: str, body: bytes, suffix: str) -> URLFetcherResponse:
    return URLFetcherResponse(url, body, {"Content-Type": TYPES[suffix]})
