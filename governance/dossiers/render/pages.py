"""The contents as HTML pages and their figures: what the typesetter is given."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from governance.classification.contents.days import both
from governance.classification.contents.findings import BEARERS
from governance.classification.contents.guidance import RULED_OUT, guidance_words
from governance.documentation.render import to_html
from governance.dossiers.contents.values import DossierContents
from governance.dossiers.render.attachments import File
from governance.dossiers.render.drawings import drawings, qr
from governance.dossiers.render.printable import printable
from governance.dossiers.render.series import for_table
from governance.dossiers.render.tables import matrices, parameters
from governance.dossiers.selectors.judgement import LeafFacts, VerdictFacts
from governance.dossiers.selectors.registry import ModelFacts

TEMPLATE = "governance/dossiers/pdf/document.html"
LANGUAGES = {"en": "English"}


@dataclass(frozen=True, slots=True)
class Pages:
    """A document to typeset: its title, its HTML, and its figures by name."""

    title: str
    html: str
    figures: dict[str, str]


def pages(contents: DossierContents, files: tuple[File, ...]) -> Pages:
    """The pages of the contents; `files` are what will be attached."""
    digest = next(file.sha256 for file in files if file.name == "contents.json")
    charts = drawings(contents)
    title = printable(_("Dossier: %(title)s") % {"title": contents.title})
    context = {
        "title": title,
        "dossier": contents,
        "digest": digest,
        "files": files,
        "language": LANGUAGES.get(contents.language, contents.language),
        "charts": charts,
        "states": _states(contents.leaves),
        "leaves": [(leaf, _text(leaf)) for leaf in contents.leaves],
        "verdict": _verdict(contents.classification),
        "models": [_model(model) for model in contents.models],
        "days": for_table(contents.log.per_day),
    }
    figures = {name: printable(drawing.svg) for name, drawing in charts.items()}
    figures["qr"] = qr(f"{contents.address}?contents={digest}")
    return Pages(title, printable(render_to_string(TEMPLATE, context)), figures)


def _states(leaves: tuple[LeafFacts, ...]) -> dict[str, int]:
    counts = dict.fromkeys(("approved", "draft", "not_applicable", "missing"), 0)
    for leaf in leaves:
        counts[leaf.state] += 1
    return counts


def _text(leaf: LeafFacts) -> SafeString:
    return to_html(leaf.text or leaf.reason)


def _verdict(facts: VerdictFacts | None) -> dict[str, Any] | None:
    """The verdict, with each ruled-out provision pointing at numbered answers."""
    if facts is None:
        return None
    number = {answer.fact: at for at, answer in enumerate(facts.answers, 1)}
    ruled_out = [
        {
            "citation": row.get("citation", ""),
            "title": row.get("title", ""),
            "drafted": guidance_words(
                row.get("guidance", ""), RULED_OUT, row.get("because", ())
            ),
            "answers": ", ".join(
                f"A{number[fact]}" for fact in row.get("because", ()) if fact in number
            ),
        }
        for row in facts.verdict.get("ruled_out", ())
    ]
    findings = [
        {
            **row,
            "bearers": ", ".join(str(BEARERS.get(b, b)) for b in row["bearers"]),
            "duties": [{**each, "when": _when(each)} for each in row["duties"]],
            "drafted": guidance_words(
                row.get("guidance", ""),
                row["confidence"],
                [each["fact"] for each in (*row["steps"], *row["missing"])],
            ),
        }
        for row in facts.verdict.get("findings", ())
    ]
    return {**facts.verdict, "findings": findings, "ruled_out": ruled_out}


def _when(duty: dict[str, Any]) -> str:
    """From which day a duty applies; both days where there are two."""
    first, later = (
        date.fromisoformat(duty[name]) if duty[name] else None
        for name in ("applies_from", "applies_from_later")
    )
    return both(first, later)


def _model(model: ModelFacts) -> dict[str, Any]:
    return {
        "facts": model,
        "params": list(parameters(model.params)),
        "matrices": list(matrices(model.metrics)),
    }
