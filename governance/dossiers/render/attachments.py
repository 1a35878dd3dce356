"""The files inside the file: what a reader needs to check it without us."""

from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from audits.tlog.page_build import NAME
from governance.dossiers.contents.values import DossierContents

SOURCE, DATA, SUPPLEMENT = "Source", "Data", "Supplement"


@dataclass(frozen=True, slots=True)
class File:
    """One attached file, and how it relates to the pages (ISO 32000-2, 7.11.3)."""

    name: str
    data: bytes
    relationship: str
    description: str

    @property
    def sha256(self) -> str:
        return sha256(self.data).hexdigest()

    @property
    def size(self) -> int:
        return len(self.data)


class Tools(NamedTuple):
    """What a reader verifies with: a zip application, and a page for a browser."""

    verifier: bytes
    page: bytes


def attachments(
    contents: DossierContents, frozen: bytes, tools: Tools
) -> tuple[File, ...]:
    """All attached files; ValueError when they are not the tools that are named."""
    named = (contents.verifier_sha256, contents.page_sha256)
    if any(
        digest and sha256(tool).hexdigest() != digest
        for tool, digest in zip(tools, named, strict=True)
    ):
        raise ValueError("the contents name other verifiers than those given")
    fixed = (
        File("contents.json", frozen, SOURCE, _("All that the pages say, as JSON")),
        File(
            "checkpoint",
            contents.log.checkpoint.encode(),
            DATA,
            _("The signed checkpoint of the log (C2SP tlog-checkpoint)"),
        ),
        File(
            "vkey.txt",
            f"{contents.log.vkey}\n".encode(),
            DATA,
            _("The log's verifier key, as this file claims it"),
        ),
        File(
            "verifier.pyz",
            tools.verifier,
            SUPPLEMENT,
            _("The verifier: plain Python 3"),
        ),
    )
    page = (
        File(
            NAME,
            tools.page,
            SUPPLEMENT,
            _("The page that verifies, offline in a browser"),
        ),
    )
    proofs = tuple(
        File(
            proof.file_name,
            proof.bundle.encode(),
            DATA,
            _("Proof of entry %(index)s of the log") % {"index": proof.index},
        )
        for proof in contents.proofs
    )
    meta = File(
        "meta-vkey.txt",
        "".join(f"{each}\n" for each in contents.log.meta_vkeys).encode(),
        DATA,
        _("The meta-log's verifier keys, as this file claims them"),
    )
    metas = (meta,) if contents.log.meta_vkeys else ()
    files = (*fixed, *metas, *(page if contents.page_sha256 else ()), *proofs)
    guide = render_to_string(
        "governance/dossiers/pdf/README-verify.txt",
        {"dossier": contents, "files": files, "contents_sha256": files[0].sha256},
    )
    description = _("How to verify, in plain text")
    readme = File("README-verify.txt", guide.encode(), SUPPLEMENT, description)
    # A PDF's tree of names is looked up by halving: it has to be in order.
    return tuple(sorted((*files, readme), key=lambda file: file.name.encode()))
