"""Golden cases: systems at the line of a provision, on either side of it.

`golden/*.toml` holds them, one file per part of the Act. Each `[[case]]` says what the
system does (`system`), where the law or public guidance says what it is (`source`;
draft guidance is called a draft), the `provision` at whose line it stands, and the
`side`:

- `inside`: the provision makes the finding `kind` (of the file, or of the case) with
  `confidence`, which is `established` when left out;
- `outside`: it makes none; or `kind` says what it makes instead, as an exemption.

`answers` are what somebody who knows the system would answer, as far as it differs from
PLAIN; `pair` is the case across the line with one answer changed; `on` another day;
`note` says where guidance and the wording of the Act differ.
"""

import re
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from governance.law.classify import classify
from governance.law.load import law
from governance.law.model import SCREENING
from governance.law.verdict import Finding
from tests.governance.law.worlds import PLAIN, TODAY, interview

FOLDER = Path(__file__).parent / "golden"
MUST = {"id", "system", "source", "side", "provision", "kind"}
MAY = {"confidence", "pair", "on", "note", "answers"}
PLACE = re.compile(r"\b(Art\.|[Rr]ecitals?|Annex|paras?|section|example) [0-9IVX]")
MOST_QUESTIONS = 15


def read() -> dict[str, dict]:
    """Every case by its id; an inside case takes its kind from its file."""
    cases: dict[str, dict] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        for case in data["case"]:
            default = data["kind"] if case["side"] == "inside" else ""
            assert case["id"] not in cases, f"{case['id']} stands in two places"
            cases[case["id"]] = {"kind": default, "answers": {}} | case
    return cases


CASES = read()


def knows(name: str) -> dict:
    """What somebody who knows the system can answer."""
    return PLAIN | CASES[name]["answers"]


@cache
def talk(name: str) -> tuple[dict, list[str]]:
    """The interview about a system: the answers, and the questions in order."""
    return interview(knows(name), CASES[name].get("on", TODAY))


def findings(name: str) -> tuple[Finding, ...]:
    """The verdict on what was answered in the interview."""
    return classify(talk(name)[0], CASES[name].get("on", TODAY)).findings


def found(name: str) -> dict[str, str]:
    """What the provision of the case makes of it."""
    mine = [f for f in findings(name) if f.provision == CASES[name]["provision"]]
    return {str(item.kind): str(item.confidence) for item in mine}


def count(prefix: str) -> dict[str, Counter]:
    """How many cases stand inside and outside, by provision."""
    sides: dict[str, Counter] = {
        item.id: Counter() for item in law().provisions if item.id.startswith(prefix)
    }
    for case in CASES.values():
        if case["provision"] in sides:
            sides[case["provision"]][case["side"]] += 1
    return sides


@pytest.mark.parametrize("name", CASES)
def test_the_case_stands_on_its_side_of_the_line(name):
    case = CASES[name]
    confidence = case.get("confidence", "established")
    expected = {case["kind"]: confidence} if case["kind"] else {}
    if confidence == "not_established":
        # What is open leaves the other outcome open as well.
        assert expected.items() <= found(name).items()
    else:
        assert found(name) == expected


def test_what_the_act_does_not_reach_has_no_other_finding():
    beyond = {"out_of_scope", "not_ai_system"}
    for name, case in CASES.items():
        if case["kind"] in beyond:
            assert {item.kind for item in findings(name)} <= beyond, name


def test_every_case_says_what_it_is_and_where_that_stands():
    known = {item.id for item in law().provisions}
    for name, case in CASES.items():
        assert case.keys() - MAY == MUST, name
        assert case["side"] in {"inside", "outside"}, name
        assert case["provision"] in known, name
        assert PLACE.search(case["source"]), name


def test_draft_guidance_is_called_a_draft():
    for name, case in CASES.items():
        if "guidelines on Art. 6" in case["source"]:
            assert "draft" in case["source"].lower(), name


def test_a_case_answers_what_is_asked_and_nothing_else():
    for name, case in CASES.items():
        _, order = talk(name)
        assert set(case["answers"]) <= set(order), name
        same = [key for key in case["answers"] if knows(name)[key] == PLAIN.get(key)]
        assert not same, name


def test_a_case_leaves_no_question_of_the_screening_open_and_needs_few():
    for name in CASES:
        _, order = talk(name)
        screening = [q for q in order if law().questions[q].stage == SCREENING]
        assert set(screening) <= set(knows(name)), name
        assert len(screening) <= MOST_QUESTIONS, name


@pytest.mark.parametrize("name", [name for name in CASES if "pair" in CASES[name]])
def test_one_answer_decides_between_the_two_of_a_pair(name):
    case, other = CASES[name], CASES[CASES[name]["pair"]]
    assert case["provision"] == other["provision"]
    assert {case["side"], other["side"]} == {"inside", "outside"}
    mine, theirs = knows(name), knows(other["id"])
    both = mine.keys() & theirs.keys()
    assert len([key for key in both if mine[key] != theirs[key]]) == 1
    # What only one of them answers was never asked about the other.
    asked = set(talk(name)[1]) & set(talk(other["id"])[1])
    assert not (mine.keys() ^ theirs.keys()) & asked


def test_every_letter_of_article_5_has_three_cases_on_either_side():
    letters = count("art-5-")
    assert len(letters) == 10
    for letter, sides in letters.items():
        assert min(sides["inside"], sides["outside"]) >= 3, letter


def test_every_leaf_of_annex_iii_has_three_cases_and_half_of_all_are_outside():
    leaves = count("annex-iii-")
    assert len(leaves) == 25
    for leaf, sides in leaves.items():
        assert sides.total() >= 3, leaf
        assert sides["inside"], leaf
        assert sides["outside"], leaf
    whole = sum(leaves.values(), Counter())
    assert 0.4 <= whole["outside"] / whole.total() <= 0.6


def test_every_provision_of_the_act_is_met_by_some_case():
    assert not [name for name, sides in count("").items() if not sides["inside"]]


def test_most_lines_are_drawn_by_a_pair():
    pairs = {case["provision"] for case in CASES.values() if "pair" in case}
    lines = {**count("art-5-"), **count("annex-iii-")}
    assert len(pairs & lines.keys()) >= 0.8 * len(lines)
