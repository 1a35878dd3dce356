"""What changed is written down, by whoever changes the data, with its source."""

import json
import shutil
from datetime import date

import pytest

from governance.law import changelog
from governance.law.__main__ import main
from governance.law.changelog import FILE, FOLDERS, ROOM, changes, digest, read, sources
from governance.law.check import LawDataInvalid
from governance.law.classify import classify
from governance.law.definitions import FILE as WORDS
from governance.law.definitions import read as read_words
from governance.law.load import annex_iv, law
from governance.law.sources import source
from tests.governance.law.worlds import CREDIT, TODAY

ENTRY = 'id = "enacted"\non = 2024-08-01\nkind = "law"\n'


@pytest.fixture
def room(tmp_path):
    for name in FOLDERS:
        shutil.copytree(ROOM / name, tmp_path / name)
    shutil.copy(ROOM / "value_chain.toml", tmp_path)
    return tmp_path


def rewrite(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_the_newest_entry_describes_the_data_as_they_are():
    now = digest()
    assert changelog.described(), (
        "The data of the law changed. Say what and why in changelog.toml, in an entry "
        f'of today, with digest = "{now}"'
    )


def test_a_changed_rule_needs_a_new_entry_and_a_new_comment_does_not(room):
    rewrite(room / "provisions/scope.toml", "# Does the Act", "# Whether the Act")
    rewrite(room / "duties/who.toml", "checked_on = 2026", "checked_on = 2027")
    assert digest(room) == digest()
    rewrite(room / "limits/operators.toml", "length = 15", "length = 16")
    assert digest(room) != digest()


def test_every_file_says_what_it_rests_on_and_when_it_was_checked():
    found = sources()
    # Every data file of the room but the changelog itself.
    assert len(found) == len(list(ROOM.rglob("*.toml"))) - 1
    assert all(item.title and item.checked_on for item in found.values())
    without = {name for name, item in found.items() if not item.edition}
    # The holidays follow no edition of the Act; they say themselves where they stop.
    assert without == {"limits/holidays"}
    assert annex_iv()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('edition = "omnibus_2026"\n', "", "no edition and no last day"),
        ('edition = "omnibus_2026"', 'edition = "tomorrow"', "no edition is"),
        ("[source]", "[sauce]", "lacks"),
        ("checked_on", "read_on", "does not know"),
    ],
)
def test_a_file_that_does_not_say_so_is_refused(room, old, new, says):
    rewrite(room / "duties/general.toml", old, new)
    with pytest.raises(LawDataInvalid, match=says):
        sources(room)


def test_a_source_is_needed_to_read_a_file_at_all(tmp_path):
    file = tmp_path / WORDS.name
    shutil.copy(WORDS, file)
    rewrite(file, "[source]", "[sauce]")
    with pytest.raises(LawDataInvalid, match="source"):
        read_words(file)
    with pytest.raises(LawDataInvalid, match="lacks"):
        source("x", {})


def test_changes_of_the_law_stand_by_their_edition_and_name_what_they_touch():
    brought = [item for item in changes() if item.kind == "law"]
    assert {item.edition for item in brought} == {e.id for e in law().editions}
    assert all(item.ids and item.source and item.why for item in changes())
    # Whatever stands in the newer edition alone came with it, and is told of.
    told = {id_ for item in brought for id_ in item.ids}
    new = {p.id for p in law().provisions if "enacted_2024" not in p.editions}
    gone = {p.id for p in law().provisions if "omnibus_2026" not in p.editions}
    terms = {
        name
        for name, by in law().terms.items()
        if len({str(e) for e in by.values()}) > 1
    }
    assert new | gone | terms <= told


def test_a_verdict_and_the_timeline_say_where_the_sources_stop(capsys):
    verdict = classify(CREDIT, TODAY)
    assert verdict.status_unknown_after == date(2026, 10, 1)
    assert verdict.as_json()["status_unknown_after"] == "2026-10-01"
    assert main(["timeline"]) == 0
    assert json.loads(capsys.readouterr().out)["status_unknown_after"] == "2026-10-01"


def test_a_verdict_stored_before_that_can_still_be_read():
    stored = classify(CREDIT, TODAY).as_json()
    del stored["status_unknown_after"]
    for finding in stored["findings"]:
        del finding["unless"]
    assert type(classify(CREDIT, TODAY)).from_json(stored).status_unknown_after is None


def test_changes_prints_all_or_those_since_a_day_or_of_an_id(capsys):
    def printed(*options):
        assert main(["changes", *options]) == 0
        return json.loads(capsys.readouterr().out)

    everything = printed()
    assert everything["described"]
    assert everything["digest"] == digest()
    assert everything["status_unknown_after"] == "2026-10-01"
    assert everything["sources"]["provisions/scope"]["checked_on"]
    assert {c["on"] for c in printed("--since", "2026-11-28")["changes"]} >= {
        "2026-11-28"
    }
    of_one = [c["id"] for c in printed("--id", "art-5-1-ba")["changes"]]
    assert of_one == ["omnibus-prohibitions", "who-is-bound"]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (ENTRY, ENTRY + 'who = "me"\n', "does not know"),
        (ENTRY, ENTRY.replace("enacted", "first-data"), "twice"),
        ('ids = ["enacted_2024", "d', 'ids = ["enacted_2023", "d', "there is no"),
        ('ids = ["enacted_2024", "d', 'ids = []\nwhom = ["d', "lacks"),
        (ENTRY, ENTRY.replace("law", "rumour"), "there is no rumour"),
        (ENTRY, ENTRY.replace("law", "data"), "only a change of the law"),
        ('edition = "enacted_2024"\n', "", "only a change of the law"),
        (ENTRY, ENTRY.replace("2024-08-01", "2029-08-01"), "oldest"),
        ('digest = "', 'digest = ""  # "', "has a digest"),
    ],
)
def test_a_slip_in_the_changelog_is_refused_and_named(tmp_path, old, new, says):
    file = tmp_path / FILE.name
    shutil.copy(FILE, file)
    rewrite(file, old, new)
    with pytest.raises(LawDataInvalid, match=says):
        read(file)
