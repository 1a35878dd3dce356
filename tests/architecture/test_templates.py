"""Templates keep the strict CSP, the Act's words and the shape of the house."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
# All else that people read: e-mails, scripts' texts, the law's own data, translations.
SAID = sorted(
    path
    for pattern in (
        "templates/**/*",
        "static/js/*.js",
        "audits/**/*.html",
        "governance/**/*.toml",
        "governance/sample/**/*.md",
        "locale/**/*.po",
    )
    for path in ROOT.glob(pattern)
    if path.is_file() and path.suffix != ".html"
)
# Words that claim too much, or that are no terms of the Act, or no help.
FORBIDDEN = re.compile(
    r"\b(compliant|certified|successfully|oops|please wait"
    r"|(minimal|limited)[\s-]+risk)\b",
    re.IGNORECASE,
)
INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)[^>]*>|<style\b|\sstyle=|\son[a-z]+\s*=|javascript:",
    re.IGNORECASE,
)
ELSEWHERE = re.compile(r"""(?:src|href)=["']https?://""", re.IGNORECASE)


def prose(path: Path) -> str:
    """The template without its tags, comments and attributes' names."""
    return re.sub(r"\{#.*?#\}|\{%.*?comment.*?%\}", "", path.read_text())


def test_there_are_templates() -> None:
    assert len(TEMPLATES) > 30


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_template_has_no_inline_code_and_loads_nothing_from_elsewhere(
    path: Path,
) -> None:
    if "pdf" in path.parts:  # WeasyPrint's page, never sent to a browser
        return
    text = prose(path)
    assert INLINE.findall(text) == []
    assert ELSEWHERE.findall(text) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_template_overclaims_nothing(path: Path) -> None:
    assert not FORBIDDEN.search(path.read_text())


@pytest.mark.parametrize("path", SAID, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_other_text_overclaims(path: Path) -> None:
    assert not FORBIDDEN.search(path.read_text())


def test_the_texts_of_the_law_are_among_what_is_read() -> None:
    names = {path.name for path in SAID}
    assert {"art_50.toml", "deployer.toml", "operators.toml", "verify.js"} <= names
    assert any(path.suffix == ".txt" for path in SAID)


@pytest.mark.parametrize(
    "text",
    ["It is compliant.", "CERTIFIED", "of minimal\nrisk", "a minimal-risk system"],
)
def test_the_words_are_found_however_they_are_written(text: str) -> None:
    assert FORBIDDEN.search(text)


def test_no_python_text_overclaims() -> None:
    found = {}
    for folder in ("audits", "registry", "governance"):
        for path in (ROOT / folder).rglob("*.py"):
            if words := FORBIDDEN.search(path.read_text()):
                found[str(path.relative_to(ROOT))] = words[0]
    assert found == {}


def test_each_folder_of_templates_is_a_room() -> None:
    for floor in ("registry", "governance", "audits"):
        for folder in (ROOT / "templates" / floor).glob("*/"):
            room = ROOT / floor / folder.name
            assert room.exists() or room.with_suffix(".py").exists(), folder
