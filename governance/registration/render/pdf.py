"""An export on paper, set as the dossiers are: PDF/A-3a that is also PDF/UA-1."""

from datetime import datetime, time
from hashlib import sha256

from django.template.loader import render_to_string
from django.utils import timezone, translation

from governance.dossiers.render.pages import Pages
from governance.dossiers.render.pdf import name_profile, typeset, write
from governance.dossiers.render.printable import printable
from governance.registration.render.words import Export

TEMPLATE = "governance/registration/pdf/document.html"


def as_pdf(export: Export) -> bytes:
    """The head and the fields; the same content gives the same bytes."""
    with timezone.override("UTC"), translation.override("en"):
        context = {"export": export, "head": export.head(), "rows": export.rows()}
        html = printable(render_to_string(TEMPLATE, context))
        document = typeset(Pages(printable(export.title), html, {}))
    document.metadata.title = printable(export.title)
    document.metadata.authors = [printable(export.content["operator"]["name"])]
    document.metadata.generator = "Probatum"
    made = datetime.combine(datetime.fromisoformat(export.content["on"]), time())
    stamp = made.strftime("%Y-%m-%dT%H:%M:%SZ")
    document.metadata.created = document.metadata.modified = stamp
    name_profile(document)
    return write(document, sha256(html.encode()).digest()[:16])
