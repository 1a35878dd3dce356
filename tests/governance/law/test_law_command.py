"""The room from outside: a command line and an import, with plain Python alone."""

import io
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from governance.law.__main__ import main
from governance.law.classify import EditionUnknown, classify
from governance.law.facts import MOST, AnswersInvalid
from governance.law.verdict import Verdict
from tests.governance.law.worlds import CREDIT, TODAY

ROOT = Path(__file__).parents[3]


def run(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "governance.law", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def credit(tmp_path):
    path = tmp_path / "answers.json"
    path.write_text(json.dumps(CREDIT))
    return path


def test_the_room_needs_neither_django_nor_celery_nor_a_yaml_reader():
    code = (
        "import sys, governance.law.classify, governance.law.questions\n"
        "from governance.law.load import law, annex_iv\n"
        "law(), annex_iv()\n"
        "bad = {'django', 'celery', 'yaml', 'registry', 'audits'} & set(sys.modules)\n"
        "print(sorted(bad))"
    )
    done = subprocess.run(
        [
            sys.executable,
            "-I",
            "-c",
            f"import sys; sys.path[:0] = [{str(ROOT)!r}]\n" + code,
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_the_parent_package_stays_empty():
    assert (ROOT / "governance" / "__init__.py").read_bytes() == b""


def test_classify_prints_the_verdict_as_json(credit):
    done = run("classify", credit, "--on", TODAY)
    assert done.returncode == 0
    assert Verdict.from_json(json.loads(done.stdout)) == classify(CREDIT, TODAY)


def test_every_command_of_the_readme_runs_and_says_what_stands_there(
    tmp_path, monkeypatch, capsys
):
    text = (ROOT / "governance/law/README.md").read_text(encoding="utf-8")
    answers, said = re.findall(r"```json\n(.*?)```", text, re.DOTALL)[:2]
    (tmp_path / "answers.json").write_text(answers)
    monkeypatch.chdir(tmp_path)
    shown = re.findall(r"^python -m governance\.law (.*)$", text, re.MULTILINE)
    printed = {}
    for line in shown:
        assert main(shlex.split(line, comments=True)) == 0, line
        printed[line] = json.loads(capsys.readouterr().out)
    assert len(printed) == 17
    verdict = printed["classify answers.json --on 2026-11-23"]
    assert json.loads(said).items() <= verdict.items()


def test_answers_may_come_from_standard_input_and_under_a_key(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps({"answers": CREDIT})))
    assert main(["classify", "-", "--on", "2026-11-23"]) == 0
    findings = json.loads(capsys.readouterr().out)["findings"]
    assert [finding["id"] for finding in findings] == ["annex-iii-5-b"]


def test_questions_prints_what_is_due_and_when_nothing_is(credit, capsys):
    assert main(["questions", "--on", "2026-11-23"]) == 0
    first = json.loads(capsys.readouterr().out)
    assert first["questions"][0]["id"] == "infers"
    assert not first["done"]
    assert main(["questions", str(credit), "--on", "2026-11-23"]) == 0
    last = json.loads(capsys.readouterr().out)
    assert last.pop("not_asked")
    assert set(last.pop("answered")) == set(CREDIT)
    assert last == {
        "on": "2026-11-23",
        "edition": "omnibus_2026",
        "hypothetical": False,
        "done": True,
        "questions": [],
    }


def test_all_questions_can_be_listed(capsys):
    main(["questions", "--all"])
    listed = json.loads(capsys.readouterr().out)["questions"]
    assert len({question["id"] for question in listed}) == len(listed) > 90


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"infer": "yes"}', "infer: no question has this id. Did you mean infers?"),
        ('{"infers": "perhaps"}', "Choose one of: yes, no, not_established."),
        ('{"domains": ["moon"]}', "are not possible answers"),
        # Each answer that is tried reads it again: 200,000 took half a minute.
        (json.dumps({"domains": ["work"] * 99}), "More choices are named"),
        ('{"domains": ["none", "work"]}', "'none' cannot stand beside"),
        ('{"domains": []}', "is not a list of choices"),
        ('{"domains": 3}', "is not a list of choices"),
        ('{"placed_on_market_on": "soon"}', "Give a day as YYYY-MM-DD"),
        ('{"placed_on_market_on": 3}', "is not a day"),
        ('{"placed_on_market_on": "20260302"}', "is not a day"),
        ('{"placed_on_market_on": "2026-02-30"}', "is not in the calendar. Give"),
        ('{"infers": "no", "infers": "yes"}', "'infers' is answered twice"),
        ('{"answers": {}, "infers": "yes"}', "beside 'answers', found ['infers']"),
        ("[" * 100_000, "is nested too deeply"),
        ('{"xyz": 1}', "questions --all"),
        ("[]", "expected one JSON object"),
        ('{"answers": []}', "must be a JSON object"),
        ("{", "is not JSON: Expecting"),
    ],
)
def test_what_cannot_be_read_ends_with_status_2_and_the_reason(
    text, says, monkeypatch, capsys
):
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    assert main(["classify", "-", "--on", "2026-11-23"]) == 2
    printed = capsys.readouterr()
    assert says in printed.err
    assert printed.out == ""


def test_a_missing_file_and_an_unknown_edition_are_named(credit, tmp_path, capsys):
    assert main(["classify", str(tmp_path / "nothing.json")]) == 2
    assert "nothing.json" in capsys.readouterr().err
    assert main(["classify", str(credit), "--edition", "omnibus_2030"]) == 2
    assert "enacted_2024, omnibus_2026" in capsys.readouterr().err


def test_all_faults_of_the_answers_are_told_at_once():
    with pytest.raises(AnswersInvalid) as caught:
        classify({"infers": "maybe", "unheard_of": "yes"}, TODAY)
    assert [item.field for item in caught.value.problems] == ["infers", "unheard_of"]
    with pytest.raises(AnswersInvalid) as caught:
        classify({str(n): "yes" for n in range(MOST + 1)}, TODAY)
    assert len(caught.value.problems) == MOST


def test_an_unknown_edition_is_refused():
    with pytest.raises(EditionUnknown):
        classify(CREDIT, TODAY, "draft_2025")


def test_true_false_and_null_are_understood():
    loose = CREDIT | {"infers": True, "manipulates": False, "profiling": None}
    plain = CREDIT | {"profiling": "not_established"}
    assert classify(loose, TODAY) == classify(plain, TODAY)
    assert classify({"domains": None}, TODAY) == classify(
        {"domains": ["not_established"]}, TODAY
    )


def test_dates_may_be_dates():
    day = CREDIT | {"placed_on_market_on": TODAY}
    assert classify(day, TODAY) == classify(
        day | {"placed_on_market_on": TODAY.isoformat()}, TODAY
    )
