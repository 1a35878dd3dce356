"""The files inside the file: what a reader needs to check it without us."""

from dataclasses import dataclass
from hashlib import sha256

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

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


def attachments(
    contents: DossierContents, frozen: bytes, verifier: bytes
) -> tuple[File, ...]:
    """All attached files; ValueError when it is not the verifier that is named."""
    if sha256(verifier).hexdigest() != contents.verifier_sha256:
        raise ValueError("the contents name another verifier than the one given")
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
        File("verifier.pyz", verifier, SUPPLEMENT, _("The verifier: plain Python 3")),
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
    files = (*fixed, *proofs)
    guide = render_to_string(
        "governance/dossiers/pdf/README-verify.txt",
        {"dossier": contents, "files": files, "contents_sha256": files[0].sha256},
    )
    description = _("How to verify, in plain text")
    readme = File("README-verify.txt", guide.encode(), SUPPLEMENT, description)
    # A PDF's tree of names is looked up by halving: it has to be in order.
    return tuple(sorted((*files, readme), key=lambda file: file.name.encode()))
