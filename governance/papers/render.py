"""A handed out version → one PDF/A file with its JSON inside. No query happens here."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone, translation

from governance.documentation.render import to_html
from governance.dossiers.render.attachments import SOURCE, File
from governance.dossiers.render.pages import Pages
from governance.dossiers.render.pdf import bound
from governance.dossiers.render.printable import printable
from governance.papers.encoding import frozen_bytes

TEMPLATE = "governance/papers/pdf/document.html"


def to_pdf(title: str, said: Mapping[str, Any], now: datetime) -> bytes:
    """The version on paper; an approved one gives the same bytes each time."""
    document = said["document"]
    data = frozen_bytes(document)
    as_of = said["decided_at"] or said["proposed_at"] or now
    name = printable(f"{title}: {document['system']['name']}")
    context = {
        "title": name,
        "kind": title,
        "said": said,
        "document": document,
        "elements": [(each, to_html(each["text"])) for each in document["elements"]],
        "facts": [fact for fact in document["facts"] if fact["text"]],
        "as_of": as_of,
        "asked_on": date.fromisoformat(document["law"]["on"]),
    }
    file = File("document.json", data, SOURCE, "What was approved, as JSON")
    with timezone.override("UTC"), translation.override("en"):
        html = printable(render_to_string(TEMPLATE, context))
        return bound(Pages(name, html, {}), document["organisation"], as_of, (file,))
