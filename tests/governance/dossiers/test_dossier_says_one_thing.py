"""The pages, the attached JSON and the stored contents are one value."""

import json
from pathlib import Path
from typing import Any

import pytest

from governance.dossiers.contents.frozen import freeze, thaw
from governance.dossiers.render.attachments import Tools, attachments
from governance.dossiers.render.pdf import render
from tests.governance.dossiers.conftest import Made
from tests.governance.dossiers.opened import page_texts


def test_frozen_contents_thaw_to_the_same_value(made: Made) -> None:
    assert freeze(thaw(made.frozen)) == made.frozen


def test_the_attached_json_is_what_is_stored(made: Made, files: Path) -> None:
    assert (files / "contents.json").read_bytes() == made.frozen


def test_the_stored_contents_give_the_same_file_again_without_a_query(
    made: Made, db: None, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        again = render(made.frozen, made.tools)

    assert again == made.pdf


@pytest.mark.parametrize("tool", Tools._fields)
def test_contents_are_not_set_with_another_verifier(made: Made, tool: str) -> None:
    with pytest.raises(ValueError, match="other verifiers"):
        render(made.frozen, made.tools._replace(**{tool: b"#!/usr/bin/env python3\n"}))


def test_contents_from_before_there_was_a_page_are_set_without_one(made: Made) -> None:
    older = thaw(made.frozen.replace(b'"page_sha256"', b'"of_old"'))

    attached = attachments(older, made.frozen, made.tools._replace(page=b""))

    names = {file.name for file in attached}
    readme = next(f.data for f in attached if f.name == "README-verify.txt")
    assert "verifier.pyz" in names
    assert "verify.html" not in names
    assert b"verify.html" not in readme


@pytest.mark.parametrize("data", [b"", b"{}", b"[1, 2]", b'{"format": "other"}'])
def test_what_is_no_contents_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        thaw(data)


def test_the_pages_print_what_the_json_says(made: Made, files: Path) -> None:
    contents = json.loads((files / "contents.json").read_text())
    text = " ".join(page_texts(made.pdf))

    for said in (
        contents["system"]["intended_purpose"],
        contents["version"]["name"],
        contents["classification"]["verdict"]["headline"],
        contents["classification"]["decided_by"],
        contents["datasets"][0]["gaps"],
        contents["models"][0]["framework"],
        contents["deployments"][0]["endpoint"],
        contents["log"]["origin"],
        *(role["operator"] for role in contents["roles"]),
        *(
            leaf["citation"]
            for leaf in contents["leaves"]
            if leaf["state"] == "missing"
        ),
    ):
        assert said in text


def test_the_sections_come_in_their_order(made: Made) -> None:
    text = " ".join(page_texts(made.pdf)[2:])
    heads = (
        "1 Classification and its reasons", "2 The system and its version",
        "3 Operators", "4 Technical documentation (Annex IV)", "5 Data sets",
        "6 Model versions", "7 Deployments", "8 Human oversight", "9 The log",
        "The signed checkpoint", "10 Proofs of a sample of entries",
        "11 What is missing", "Appendix: How to verify this file",
    )  # fmt: skip

    places = [text.index(head) for head in heads]

    assert places == sorted(places)


def test_every_page_names_the_system_its_number_and_the_digest(made: Made) -> None:
    pages = page_texts(made.pdf)
    short = f"{made.row.contents_sha256[:8]}…{made.row.contents_sha256[-8:]}"

    for number, text in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in text
        assert f"contents sha256 {short}" in text
        assert "Confidential (Art. 78)" in text
        assert number == 1 or "Credit scoring 2.0.0 Confidential" in text


def test_nothing_below_the_checkpoint_is_left_out_of_the_figures(files: Path) -> None:
    log = json.loads((files / "contents.json").read_text())["log"]

    assert sum(count for _kind, count in log["by_type"]) == log["size"]
    assert dict(log["by_type"])["prediction"] == 40
    assert sum(day["predictions"] for day in log["per_day"]) == 40
    assert sum(day["reviews"] for day in log["per_day"]) == 8
    assert log["checkpoint"].splitlines()[1] == str(log["size"])
