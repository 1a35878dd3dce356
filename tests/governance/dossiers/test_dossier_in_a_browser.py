"""The page that is attached to a dossier checks that dossier, offline."""

import json
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client
from django.urls import reverse

from audits.tlog import note
from audits.tlog.page_build import page_bytes
from registry.people.models import User
from tests.audits.tlog.browser import Opened, Outcome, browsing, opened
from tests.governance.dossiers.conftest import Made
from tests.governance.dossiers.worlds import Bank

DIGEST = "The log names this PDF by its digest"
NAMED = "The attached files are those that contents.json names"
READS = "The PDF can be read, and files are attached to it"


@pytest.fixture(scope="module")
def tab(made: Made, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    with browsing() as browser:
        yield opened(browser, tmp_path_factory.mktemp("page"))


@pytest.fixture
def check(
    tab: Opened, made: Made, files: Path, tmp_path: Path
) -> Callable[..., Outcome]:
    """Give the page a PDF and the proof of its digest."""

    def run(pdf: bytes, proof: bytes | None = made.proof, key: str = "") -> Outcome:
        (tmp_path / "dossier.pdf").write_bytes(pdf)
        (tmp_path / "dossier-proof.json").write_bytes(proof or b"")
        names = ["dossier.pdf", *(["dossier-proof.json"] if proof else [])]
        own_key = key or (files / "vkey.txt").read_text()
        return tab.check(*(tmp_path / name for name in names), key=own_key)

    return run


def rewritten(pdf: bytes, change: Callable[[pikepdf.Pdf], None]) -> bytes:
    made = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as opened_pdf:
        change(opened_pdf)
        opened_pdf.save(made)
    return made.getvalue()


def replaced(pdf: bytes, name: str, data: bytes) -> bytes:
    """The PDF with other bytes in one attached file."""

    def change(opened_pdf: pikepdf.Pdf) -> None:
        opened_pdf.attachments[name].get_file().obj.write(data)

    return rewritten(pdf, change)


def test_the_dossier_and_the_proof_of_its_digest_hold(
    check: Callable[..., Outcome], made: Made, tab: Opened
) -> None:
    tab.asked.clear()
    found = check(made.pdf)
    assert (found.tone, found.failed) == ("ok", [])
    assert found.step(DIGEST)[0] == found.step(NAMED)[0] == "holds"
    assert found.step("The log begins with that of the older")[0] == "holds"
    inside = [name for name, _ in found.files if name.startswith("proof-")]
    assert len(inside) >= 8
    assert [url for url in tab.asked if not url.startswith("file:")] == []
    assert tab.complaints == []


def test_without_its_proof_the_digest_is_not_called_checked(
    check: Callable[..., Outcome], made: Made
) -> None:
    found = check(made.pdf, proof=None)
    assert (found.tone, found.failed) == ("attention", [])
    assert found.step(DIGEST)[0] == "unchecked"
    assert "dossier-proof.json" in found.step(DIGEST)[1]


def test_a_byte_changed_on_a_page_is_another_file_than_the_log_names(
    check: Callable[..., Outcome], made: Made
) -> None:
    at = made.pdf.index(b"stream", 2000) + 40
    bent = made.pdf[:at] + bytes([made.pdf[at] ^ 1]) + made.pdf[at + 1 :]
    found = check(bent)
    assert found.tone == "danger"
    assert ("dossier.pdf", DIGEST) in found.failed


@pytest.mark.parametrize("name", ["contents.json", "checkpoint", "proof-0.json"])
def test_a_byte_changed_inside_an_attached_file_is_named(
    check: Callable[..., Outcome], made: Made, name: str
) -> None:
    with pikepdf.open(BytesIO(made.pdf)) as opened_pdf:
        packed = opened_pdf.attachments[name].get_file().obj.read_raw_bytes()
    at = made.pdf.index(packed) + len(packed) // 2
    bent = made.pdf[:at] + bytes([made.pdf[at] ^ 1]) + made.pdf[at + 1 :]
    found = check(bent)
    assert found.tone == "danger"
    assert name in found.step(READS)[1]


def test_a_swapped_checkpoint_fits_neither_the_contents_nor_the_proofs(
    check: Callable[..., Outcome], made: Made
) -> None:
    newer = json.loads(made.proof)["proof"].split("\n\n", 1)[1].encode()
    found = check(replaced(made.pdf, "checkpoint", newer))
    failed = dict.fromkeys(what for _, what in found.failed)
    assert list(failed) == [
        DIGEST, NAMED, "The proof leads to the attached checkpoint",
    ]  # fmt: skip


def test_a_swapped_key_is_not_the_readers(
    check: Callable[..., Outcome], made: Made
) -> None:
    log = made.row.system.log
    public = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    other = note.vkey(log.origin, public)
    swapped = check(replaced(made.pdf, "vkey.txt", f"{other}\n".encode()))
    wrong = check(made.pdf, key=other)
    assert (
        "dossier.pdf",
        "The attached key is the one that you gave",
    ) in swapped.failed
    assert ("dossier.pdf", "The log signed the checkpoint") in wrong.failed


@pytest.mark.parametrize("part", ["entry", "proof", "parts"])
def test_a_tampered_proof_inside_is_found_in_that_proof(
    check: Callable[..., Outcome], made: Made, files: Path, part: str
) -> None:
    name = sorted(each.name for each in files.glob("proof-*.json"))[-1]
    bundle = json.loads((files / name).read_text())
    if part == "parts":
        bundle["parts"][0]["data"] = "e30="
    else:
        at = len(bundle[part]) // 3
        at = next(i for i in range(at, at + 40) if bundle[part][i].isalnum())
        other = "A" if bundle[part][at] != "A" else "B"
        bundle[part] = f"{bundle[part][:at]}{other}{bundle[part][at + 1 :]}"
    found = check(replaced(made.pdf, name, json.dumps(bundle).encode()))
    assert found.tone == "danger"
    assert name in {file for file, _ in found.failed}
    assert ("dossier.pdf", NAMED) in found.failed


def test_a_tampered_proof_of_the_digest_does_not_vouch_for_the_file(
    check: Callable[..., Outcome], made: Made
) -> None:
    bundle = json.loads(made.proof)
    lines = bundle["proof"].split("\n")
    lines[2] = "A" * 43 + "="
    bundle["proof"] = "\n".join(lines)
    found = check(made.pdf, proof=json.dumps(bundle).encode())
    assert "does not hold itself" in found.step(DIGEST)[1]


@pytest.mark.parametrize("keep", [0.2, 0.9, 0.999])
def test_a_truncated_file_is_said_to_be_cut(
    check: Callable[..., Outcome], made: Made, keep: float
) -> None:
    found = check(made.pdf[: int(len(made.pdf) * keep)])
    assert found.tone == "danger"
    assert found.step(READS) == ("fails", "the PDF has no end: it was cut")


def test_the_page_inside_is_the_page_that_is_handed_out(
    files: Path, bare: Bank, signed_in: Callable[[User], Client]
) -> None:
    answer = signed_in(bare.bob).get(reverse("dossiers:verify_page"))
    assert answer.content == page_bytes() == (files / "verify.html").read_bytes()
    # It is kept and opened from a file: from our address no script of it may run.
    assert answer["Content-Disposition"] == 'attachment; filename="verify.html"'
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_the_dossiers_page_and_its_appendix_name_it(
    made: Made, files: Path, bank: Bank, signed_in: Callable[[User], Client]
) -> None:
    ready = bank.dossier()
    text = signed_in(bank.bob).get(reverse("dossiers:detail", args=[ready.pk]))
    assert f'href="{reverse("dossiers:verify_page")}" download' in text.content.decode()
    assert "verify.html" in (files / "README-verify.txt").read_text()
