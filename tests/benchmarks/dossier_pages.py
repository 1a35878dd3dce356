"""How long a dossier takes to be set, beside the typesetter alone on its HTML."""

import time

from django.utils import timezone, translation
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from governance.dossiers.contents.frozen import thaw
from governance.dossiers.render.attachments import Tools, attachments
from governance.dossiers.render.fetcher import BASE, OnlyOurs
from governance.dossiers.render.pages import pages
from governance.dossiers.render.pdf import SHEETS, VARIANT, render


def dossier_pages(frozen: bytes, tools: Tools) -> tuple[float, float]:
    """Seconds of processor time: the product, and WeasyPrint alone, for these contents.

    `frozen` is ``Dossier.contents``, `tools` the stored files that they name. Both are
    run once before they are timed.
    """
    alone(frozen, tools)
    return _timed(render, frozen, tools), _timed(alone, frozen, tools)


def alone(frozen: bytes, tools: Tools) -> float:
    """Seconds that WeasyPrint takes from this HTML to the same kind of PDF."""
    contents = thaw(frozen)
    with timezone.override("UTC"), translation.override(contents.language):
        made = pages(contents, attachments(contents, frozen, tools))
    begun = time.process_time()
    fetcher, fonts = OnlyOurs(made.figures), FontConfiguration()
    sheets = [
        CSS(url=f"{BASE}{name}", url_fetcher=fetcher, font_config=fonts)
        for name in SHEETS
    ]
    HTML(string=made.html, base_url=BASE, url_fetcher=fetcher).write_pdf(
        stylesheets=sheets, font_config=fonts, pdf_variant=VARIANT
    )
    return time.process_time() - begun


def _timed(run, *arguments: object) -> float:  # type: ignore[no-untyped-def]
    begun = time.process_time()
    own = run(*arguments)
    return own if isinstance(own, float) else time.process_time() - begun
