"""Frozen contents → one PDF/A-3a file that is also PDF/UA-1. No query happens here.

The same contents give the same bytes: every date, name and number in the file comes
from them, and nothing from the clock or the machine.
"""

import warnings
from datetime import datetime
from hashlib import sha256
from io import BytesIO

from django.utils import timezone, translation
from weasyprint import CSS, HTML, Attachment, Document
from weasyprint.text.fonts import FontConfiguration

from governance.dossiers.contents.frozen import thaw
from governance.dossiers.contents.values import DossierContents
from governance.dossiers.render.attachments import File, Tools, attachments
from governance.dossiers.render.fetcher import BASE, OnlyOurs, Refused
from governance.dossiers.render.pages import Pages, pages

VARIANT = "pdf/a-3a"
SHEETS = ("css/pdf-fonts.css", "css/pdf.css")
# The engine writes one profile only. PDF/UA names itself in the metadata, and PDF/A
# wants every namespace that it does not know described there.
UA = b"""<rdf:Description xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about="" pdfuaid:part="1" />
<rdf:Description xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#" rdf:about=""><pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource"><pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema><pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI><pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType><pdfaProperty:category>internal</pdfaProperty:category><pdfaProperty:description>Indicates which part of ISO 14289 the file claims to meet</pdfaProperty:description></rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
</rdf:RDF>"""  # noqa: E501 - a line of XML is one value


def render(frozen: bytes, tools: Tools) -> bytes:
    """Set the frozen contents: pages, attachments, metadata.

    `tools` are the verifiers that the contents name by their SHA-256; they are kept
    beside the dossiers, so that old contents give their old file. Raises ValueError
    for others, and for what is no frozen contents.
    """
    contents = thaw(frozen)
    with timezone.override("UTC"), translation.override(contents.language):
        files = attachments(contents, frozen, tools)
        made = pages(contents, files)
        return set_pages(made, contents, files)


def set_pages(made: Pages, contents: DossierContents, files: tuple[File, ...]) -> bytes:
    """The pages of a dossier with the files inside, as one PDF."""
    return bound(made, contents.system.organisation, contents.as_of, files)


def bound(made: Pages, author: str, as_of: datetime, files: tuple[File, ...]) -> bytes:
    """Any pages with the files inside, as one PDF whose metadata name its author."""
    document = typeset(made)
    document.metadata.title = made.title
    document.metadata.authors = [author]
    document.metadata.generator = "Probatum"
    stamp = as_of.strftime("%Y-%m-%dT%H:%M:%SZ")
    document.metadata.created = document.metadata.modified = stamp
    document.metadata.attachments = [
        Attachment(
            file_obj=BytesIO(file.data),
            name=file.name,
            description=file.description,
            created=as_of,
            modified=as_of,
            relationship=file.relationship,
        )
        for file in files
    ]
    name_profile(document)
    made_of = sha256(made.html.encode()).digest()[:16]
    return write(document, made_of)


def name_profile(document: Document) -> None:
    """Let the file's metadata say that it is PDF/UA-1 too."""
    plain = document.metadata.generate_rdf_metadata

    def with_ua(variant: str, version: int, conformance: str) -> bytes:
        rdf: bytes = plain(variant, version, conformance)
        return rdf.replace(b"</rdf:RDF>", UA)

    document.metadata.generate_rdf_metadata = with_ua


def write(document: Document, identifier: bytes) -> bytes:
    """The laid out document as PDF/A-3a; Refused when it names what is not ours."""
    with warnings.catch_warnings():
        # The engine reads its colour profile and leaves closing to the collector.
        warnings.simplefilter("ignore", ResourceWarning)
        pdf = document.write_pdf(pdf_variant=VARIANT, pdf_identifier=identifier)
    # ORDER: here and not before, because pictures are read while they are drawn.
    if refused := document.url_fetcher.refused:
        raise Refused(f"the pages name what is not ours: {refused[0]!r}")
    return bytes(pdf)


def typeset(made: Pages) -> Document:
    """Lay the pages out; the engine reads only what `OnlyOurs` hands it."""
    fetcher = OnlyOurs(made.figures)
    fonts = FontConfiguration()
    sheets = [
        CSS(url=f"{BASE}{name}", url_fetcher=fetcher, font_config=fonts)
        for name in SHEETS
    ]
    html = HTML(string=made.html, base_url=BASE, url_fetcher=fetcher)
    return html.render(stylesheets=sheets, font_config=fonts, pdf_variant=VARIANT)
