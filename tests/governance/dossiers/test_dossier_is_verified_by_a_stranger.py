"""Whoever holds the file checks it with what is inside, and with plain Python."""

import json
import re
import subprocess
from hashlib import sha256
from html import unescape
from pathlib import Path

import pytest

from governance.dossiers.contents.frozen import thaw
from governance.dossiers.models import Dossier
from governance.dossiers.render.attachments import attachments
from governance.dossiers.render.pages import pages
from registry.documents.services import read_bytes
from tests.governance.dossiers.conftest import Made
from tests.governance.dossiers.opened import page_texts, verify
from tests.governance.dossiers.worlds import Bank, a_sample_bank


def test_every_proof_inside_holds_for_the_verifier_inside(files: Path) -> None:
    proofs = sorted(files.glob("proof-*.json"))

    outcomes = [verify(files, each.name, "--vkey", "vkey.txt") for each in proofs]

    assert len(proofs) >= 8
    assert [(o.returncode, o.stderr) for o in outcomes] == [(0, "")] * len(proofs)


def test_the_checkpoint_inside_holds(files: Path) -> None:
    outcome = verify(files, "checkpoint", "--vkey", "vkey.txt")

    assert outcome.returncode == 0
    assert "signed" in outcome.stdout


@pytest.mark.parametrize("part", ["entry", "proof", "parts"])
def test_a_changed_byte_is_found_and_named(files: Path, part: str) -> None:
    name = sorted(path.name for path in files.glob("proof-*.json"))[-1]
    bundle = json.loads((files / name).read_text())
    if part == "parts":
        bundle["parts"][0]["data"] = _swapped(bundle["parts"][0]["data"])
    else:
        bundle[part] = _swapped(bundle[part])
    (files / name).write_text(json.dumps(bundle))

    outcome = verify(files, name, "--vkey", "vkey.txt")

    assert outcome.returncode == 1
    assert "WRONG" in outcome.stdout


def _swapped(text: str) -> str:
    """The text with one letter in its middle changed for another."""
    at = next(i for i in range(len(text) // 2, len(text)) if text[i].isalnum())
    return f"{text[:at]}{'A' if text[at] != 'A' else 'B'}{text[at + 1 :]}"


def test_the_digest_on_the_cover_is_that_of_the_attached_contents(
    files: Path, made: Made
) -> None:
    digest = sha256((files / "contents.json").read_bytes()).hexdigest()
    cover = page_texts(made.pdf)[0].replace(" ", "")

    assert digest == made.row.contents_sha256
    assert digest in cover


def test_the_digest_in_the_log_is_that_of_the_file(made: Made, files: Path) -> None:
    (files / "dossier-proof.json").write_bytes(made.proof)

    outcome = verify(files, "dossier-proof.json", "--vkey", "vkey.txt")

    assert made.logged["sha256"] == sha256(made.pdf).hexdigest()
    assert outcome.returncode == 0, outcome.stdout
    assert "part 'act'" in outcome.stdout


def test_what_is_said_of_a_person_stays_closed(files: Path) -> None:
    bundles = [json.loads(p.read_text()) for p in files.glob("proof-*.json")]

    roles = {part["role"] for bundle in bundles for part in bundle["parts"]}

    assert roles == {"act"}
    assert len(bundles) > len([each for each in bundles if each["parts"]]) > 0


def test_the_commands_of_the_appendix_are_the_ones_that_work(
    made: Made, files: Path
) -> None:
    appendix = page_texts(made.pdf)[-1]
    commands = re.findall(r"verifier\.pyz verify (proof-\d+\.json) --vkey", appendix)

    assert "How to verify this file" in appendix
    # pdfdetach makes no folder of its own.
    assert "mkdir files && pdfdetach -saveall -o files dossier.pdf" in appendix
    assert commands
    assert all((files / name).exists() for name in commands)


def test_the_digest_of_the_file_is_read_out_of_its_proof_as_the_appendix_says(
    made: Made, files: Path
) -> None:
    (files.parent / "dossier.pdf").write_bytes(made.pdf)
    (files.parent / "dossier-proof.json").write_bytes(made.proof)
    contents = thaw(made.frozen)
    attached = attachments(contents, made.frozen, made.tools)
    html = pages(contents, attached).html
    [commands] = [
        unescape(pre)
        for pre in re.findall(r"<pre>(.+?)</pre>", html, re.DOTALL)
        if "dossier-proof.json" in pre
    ]

    done = subprocess.run(
        ["bash", "-e", "-c", commands],
        cwd=files, capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert done.stdout.count(sha256(made.pdf).hexdigest()) == 2
    assert "The evidence holds." in done.stdout


def test_each_page_of_a_sample_says_so_and_no_page_of_evidence_does(
    made: Made, db: None
) -> None:
    sample = a_sample_bank().dossier()
    pages = page_texts(read_bytes(sample.pdf_sha256))

    assert len(pages) > 5
    assert all("Sample, not evidence" in text for text in pages)
    assert not any("Sample, not evidence" in text for text in page_texts(made.pdf))


def test_what_nobody_wrote_is_said_to_be_missing(made: Made, files: Path) -> None:
    contents = json.loads((files / "contents.json").read_text())
    missing = [leaf for leaf in contents["leaves"] if leaf["state"] == "missing"]
    text = " ".join(page_texts(made.pdf))

    assert len(contents["leaves"]) == 23
    assert len(missing) == 18
    assert text.count("Nobody has written this point.") == 18
    assert all(f"“{leaf['title']}”: nobody has written it." in text for leaf in missing)


def test_an_empty_system_gives_an_honest_dossier(bare: Bank) -> None:
    empty = bare.dossier()

    text = " ".join(page_texts(read_bytes(empty.pdf_sha256)))

    assert empty.state == Dossier.State.READY, empty.failure
    assert "Nobody has classified the system under the Act." in text
    assert "No operator is recorded as provider." in text
    assert "The log holds no prediction." in text
    assert text.count("Nobody has written this point.") == 23
