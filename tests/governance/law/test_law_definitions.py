"""The words of the Act, shown beside the questions that turn on them."""

import json

import pytest

from governance.law.__main__ import main
from governance.law.check import LawDataInvalid
from governance.law.classify import EditionUnknown
from governance.law.definitions import FILE, as_json, beside, definitions, read

FIRST = 'id = "art-3-1"\nkind = "definition"\n'


def terms(fact):
    return {item.term for item in beside(fact)}


def test_a_question_shows_the_words_on_which_it_turns():
    assert terms("profiling") == {"Profiling"}
    assert {"Emotion recognition system", "Biometric data"} <= terms("biometrics")
    assert terms("public_crime_reporting") == set()
    # Beside a question that asks several facts stand the words of each of them.
    assert {
        "Remote biometric identification system",
        "Real-time remote biometric identification",
        "Biometric verification",
        "Publicly accessible space",
    } <= terms("identification_facts")


def test_a_word_says_what_it_does_not_cover():
    words = {item.id: item for item in definitions()}
    assert "fatigue" in words["art-3-39"].excludes[0]
    assert "ancillary" in words["art-3-40"].excludes[0]
    assert "access" in words["art-3-36"].says["omnibus_2026"]


def test_a_word_that_an_amendment_changed_has_both_wordings():
    component = next(item for item in definitions() if item.id == "art-3-14")
    assert "convenience" in component.says["omnibus_2026"]
    assert "convenience" not in component.says["enacted_2024"]
    old = {row["id"] for row in as_json("enacted_2024")["definitions"]}
    assert not {"art-3-14a", "art-3-14b", "art-2-13"} & old
    new = {row["id"] for row in as_json("omnibus_2026")["definitions"]}
    assert new - old == {"art-3-14a", "art-3-14b", "art-2-13"}


def test_those_of_one_question_can_be_asked_for():
    rows = as_json(fact="rbi_public_space")["definitions"]
    assert [row["term"] for row in rows] == ["Publicly accessible space"]
    with pytest.raises(ValueError, match="no question is called"):
        as_json(fact="weather")
    with pytest.raises(EditionUnknown):
        as_json("tomorrow")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('decides = ["infers",', 'decides = ["infer",', "there is no"),
        ('"flag.sme"', '"flag.smes"', "there is no"),
        (FIRST, 'id = "art-3-3"\nkind = "definition"\n', "twice"),
        ('"art-3-45-a"', '"art-3-45-b"', "twice"),
        (FIRST, 'id = "art-3-1"\nkind = "word"\n', "lacks"),
        (FIRST, 'id = "art-3-1"\n', "lacks"),
        (FIRST, FIRST + 'means = "x"\n', "does not know"),
        (FIRST, FIRST + 'editions = ["tomorrow"]\n', "does not know"),
    ],
)
def test_a_slip_in_the_words_is_refused_and_named(tmp_path, old, new, says):
    text = FILE.read_text()
    assert old in text
    file = tmp_path / FILE.name
    file.write_text(text.replace(old, new, 1))
    with pytest.raises(LawDataInvalid, match=says):
        read(file)


def test_the_command_prints_those_of_a_question(capsys):
    assert main(["definitions", "--of", "profiling"]) == 0
    (row,) = json.loads(capsys.readouterr().out)["definitions"]
    assert row["term"] == "Profiling"
