"""A dossier says who vouches for its entries besides the log, and carries the proof."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.test import Client
from django.utils import timezone

from audits.anchors.models import MetaLog
from audits.anchors.tasks import anchor
from audits.log.seal import save_checkpoint
from audits.log.selectors import ml_dsa_vkeys
from audits.signer import rotate
from governance.dossiers.contents.frozen import thaw
from governance.dossiers.services import digest_proof
from registry.documents.services import read_bytes
from registry.people.models import User
from tests.audits.anchors.authority import NAME, Authority, serving
from tests.audits.anchors.test_meta_log import VKEY as WITNESS
from tests.audits.anchors.test_meta_log import good, witness
from tests.audits.tlog.evidence import run_here
from tests.governance.dossiers.opened import page_texts, unpack
from tests.governance.dossiers.worlds import Bank


def test_its_pages_and_its_files_say_who_vouches(
    bank: Bank,
    settings: Any,
    tmp_path: Path,
    signed_in: Callable[[User], Client],
) -> None:
    authority = Authority.make(tmp_path / "tsa")
    settings.TSA_ROOTS = [authority.roots]
    log = bank.system.log
    with witness(settings, good), serving(authority.good) as (settings.TSA_URL, _):
        save_checkpoint(log=log, at=timezone.now())
        anchor()
        # Its key is changed: who has the old one reads the dossier all the same.
        changed = [log.origin, "--overlap", "1h", "--by", "Ada", "--reason", "drill"]
        assert rotate.main(["--folder", str(settings.SIGNER_DIR), *changed]) == 0
        anchor()
        dossier = bank.dossier()
        save_checkpoint(log=log, at=timezone.now())
        anchor()
        page = signed_in(bank.bob).get(f"/dossiers/{dossier.pk}/").content.decode()
    pdf = read_bytes(dossier.pdf_sha256)
    assert "at the latest on " in page

    pages = " ".join(page_texts(pdf))
    assert "Who else vouches for them" in pages
    assert f"by {NAME} at" in pages
    assert "--unpack stamps" in pages

    [first, *_] = thaw(bytes(dossier.contents)).vouched
    files = unpack(pdf, tmp_path / "files")
    (tmp_path / "digest.json").write_bytes(digest_proof(dossier))
    meta = MetaLog.objects.get().log
    told = (files / "meta-vkey.txt").read_text().split()
    assert told == [meta.vkey, *ml_dsa_vkeys(meta)]
    assert (files / "vkey.txt").read_text().strip() != log.vkey
    keys = ("--vkey", log.vkey, "--meta", MetaLog.objects.get().log.vkey)
    for file in (files / first.file_name, tmp_path / "digest.json"):
        out = tmp_path / f"{file.stem}-out"
        found = run_here(
            "verify", file, *keys, "--witness", WITNESS, "--unpack", out, "--json"
        )
        assert found.status == 0, found.out
        assert found.report["anchors"][0]["witnesses"]
        [stamp], [data] = out.glob("*.tsr"), out.glob("*.checkpoint")
        subprocess.run(
            ["openssl", "ts", "-verify", "-in", stamp, "-data", data,
             "-CAfile", authority.roots],
            check=True, capture_output=True,
        )  # fmt: skip
    (tmp_path / "dossier.pdf").write_bytes(pdf)


def test_its_digest_is_tied_to_its_checkpoint_whatever_came_in_between(
    bank: Bank, tmp_path: Path
) -> None:
    log = bank.system.log
    dossier = bank.dossier()
    bank.dossier()
    made = json.loads(digest_proof(dossier))
    assert made["since"]["checkpoint"] == thaw(bytes(dossier.contents)).log.checkpoint
    file = tmp_path / "digest.json"
    file.write_text(json.dumps(made))
    command = ("verify", file, "--vkey", log.vkey, "--json")
    found = run_here(*command)
    assert found.status == 0
    assert f"begins with the log of size {dossier.log_size}" in str(
        found.report["held"]
    )
    made["since"]["path"].pop()
    file.write_text(json.dumps(made))
    assert run_here(*command).faults
