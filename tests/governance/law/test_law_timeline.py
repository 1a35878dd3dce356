"""The timeline: every dated change, edition by edition, and the two commands."""

import json
from datetime import date

import pytest

from governance.law import limit, timeline
from governance.law.__main__ import main
from governance.law.check import LawDataInvalid
from governance.law.classify import EditionUnknown
from governance.law.limit import FOLDER, limits
from tests.governance.law.test_law_data import changed
from tests.governance.law.test_law_deadlines import EXAMPLES
from tests.governance.law.test_law_deadlines import OUTSIDE as PERIODS_OUTSIDE

# The fixed dates of the examples, by the id under which they stand here, and the name
# of the day there.
FIXED = {
    "apply-ch-i-ii": ("chapters-1-2", "from"),
    "apply-ba-bb": ("new-prohibitions", "from"),
    "apply-ch-iii-4": ("notified-bodies", "from"),
    "apply-ch-v": ("general-purpose-models", "from"),
    "apply-ch-vii": ("governance", "from"),
    "apply-ch-xii": ("penalties", "from"),
    "apply-101": ("model-fines", "from"),
    "apply-general": ("general", "from"),
    "apply-annex-iii": ("high-risk-annex-iii", "from"),
    "apply-annex-i": ("high-risk-annex-i", "from"),
    "apply-102-110": ("other-acts", "from"),
    "apply-4a": ("article-4a", "from"),
    "legacy-gpai": ("art-111-3", "until"),
    "legacy-50-2": ("art-111-4", "until"),
    "legacy-large-it": ("art-111-1", "until"),
    "legacy-high-risk": ("art-111-2-annex-iii", "cutoff"),
    "nb-apply": ("nb-apply", "from"),
    "sandbox-national": ("sandbox-national", "from"),
    "machinery-act": ("machinery-act", "from"),
    "guidance-72-3": ("guidance-72-3", "from"),
    "guidance-96-1-g": ("guidance-96-1-g", "from"),
    "delegated-2-13": ("delegated-2-13", "from"),
    "112_002": ("art-112-2", "from"),
    "112_003": ("art-112-3", "from"),
    "112_005": ("art-112-5", "from"),
    "112_006": ("art-112-6", "from"),
    "112_007": ("art-112-7", "from"),
    "112_013": ("art-112-13", "from"),
}
ENTRIES = {entry.id: entry for entry in timeline.timeline()}
NOW = "omnibus_2026"


def day(entry, name="from", edition=NOW):
    return ENTRIES[entry].editions[edition].get(name)


def test_the_28_fixed_dates_are_there():
    rows = {row["id"]: row["date"] for row in EXAMPLES["fixed_dates"]}
    assert len(rows) == len(FIXED) == 28
    for name, told in rows.items():
        assert day(*FIXED[name]).isoformat() in told, name


@pytest.mark.parametrize(
    ("entry", "first", "second"),
    [
        ("articles-40-48-annex-iii", (2026, 8, 2), (2027, 12, 2)),
        ("articles-40-48-annex-i", (2026, 8, 2), (2028, 8, 2)),
        ("registration-annex-iii", (2026, 8, 2), (2027, 12, 2)),
        ("article-72-annex-iii", (2026, 8, 2), (2027, 12, 2)),
        ("article-72-annex-i", (2026, 8, 2), (2028, 8, 2)),
        ("article-73-annex-iii", (2026, 8, 2), (2027, 12, 2)),
        ("article-73-annex-i", (2026, 8, 2), (2028, 8, 2)),
        ("article-80", (2026, 8, 2), (2027, 12, 2)),
        ("article-86", (2026, 8, 2), (2027, 12, 2)),
    ],
)
def test_what_hangs_on_the_high_risk_rules_has_both_readings(entry, first, second):
    assert (day(entry), day(entry, "later")) == (date(*first), date(*second))
    assert day(entry, "later", "enacted_2024") is None


@pytest.mark.parametrize(
    ("entry", "old", "new"),
    [
        ("high-risk-annex-iii", (2026, 8, 2), (2027, 12, 2)),
        ("high-risk-annex-i", (2027, 8, 2), (2028, 8, 2)),
        ("sandbox-national", (2026, 8, 2), (2027, 8, 2)),
        ("guidance-72-3", (2026, 2, 2), (2027, 9, 2)),
        ("other-acts", (2026, 8, 2), (2026, 7, 27)),
    ],
)
def test_what_the_amendment_moved_shows_both_days(entry, old, new):
    assert day(entry, edition="enacted_2024") == date(*old)
    assert day(entry) == date(*new)
    assert ENTRIES[entry].changed


def test_what_it_left_alone_and_what_it_brought():
    assert not ENTRIES["transparency"].changed
    assert "enacted_2024" not in ENTRIES["new-prohibitions"].editions
    assert day("art-111-2-annex-i", "public_by") == date(2030, 8, 2)
    assert ENTRIES["art-112-7"].every_years == 3
    assert day("code-interoperability") == date(2027, 2, 2)
    assert "not of the Act" in ENTRIES["code-interoperability"].says


# Outside examples of dates; two more speak of whether an incident is reportable at all.
OUTSIDE = {
    "date-001": ("chapters-1-2", "from", "2025-02-02"),
    "date-003": ("general-purpose-models", "from", "2025-08-02"),
    "date-007": ("transparency", "from", "2026-08-02"),
    "date-012": ("new-prohibitions", "from", "2026-12-02"),
    "date-020": ("guidance-72-3", "from", "2027-09-02"),
    "date-026": ("code-interoperability", "from", "2027-02-02"),
}
NO_DATE = {"inc-011", "inc-025"}
COUNTED = {"inc-039", "inc-041"}


@pytest.mark.parametrize("example", OUTSIDE)
def test_what_outside_sources_say_of_dates(example):
    (row,) = [row for row in EXAMPLES["outside"] if row["id"] == example]
    entry, name, told = OUTSIDE[example]
    assert day(entry, name).isoformat() == told == row["expected"]


def test_no_outside_example_is_passed_over():
    answered = {*OUTSIDE, *PERIODS_OUTSIDE, *NO_DATE, *COUNTED}
    assert {row["id"] for row in EXAMPLES["outside"]} == answered


def test_entries_are_in_the_order_of_their_days():
    days = [
        min(entry.editions[NOW].values())
        for entry in timeline.timeline(NOW)
        if entry.kind != "transition"
    ]
    assert days == sorted(days)
    assert days[0] == date(2024, 7, 12)


def test_an_edition_has_only_what_stands_in_it():
    old = {entry.id for entry in timeline.timeline("enacted_2024")}
    assert "high-risk-annex-iii" in old
    assert "ai-office" not in old
    with pytest.raises(EditionUnknown):
        timeline.timeline("draft")


def test_every_entry_and_every_limit_is_cited_and_promises_nothing():
    for item in (*ENTRIES.values(), *limits().values()):
        assert item.citation
        assert item.title
    for path in FOLDER.glob("*.toml"):
        text = path.read_text("utf-8").lower()
        assert not [w for w in ("compliant", "certified", "minimal risk") if w in text]


def printed(capsys, *arguments):
    assert main(list(arguments)) == 0
    return json.loads(capsys.readouterr().out)


def test_the_timeline_is_printed_with_the_state_of_its_sources(capsys):
    found = printed(capsys, "timeline")
    assert found["status_unknown_after"] == "2026-10-01"
    assert [e["id"] for e in found["editions"]] == ["enacted_2024", NOW]
    row = {entry["id"]: entry for entry in found["entries"]}["article-73-annex-iii"]
    assert row["editions"] == {
        "enacted_2024": {"from": "2026-08-02"},
        NOW: {"from": "2026-08-02", "later": "2027-12-02"},
    }
    assert "plan by the earlier" in row["note"]
    old = printed(capsys, "timeline", "--edition", "enacted_2024")
    assert all(list(e["editions"]) == ["enacted_2024"] for e in old["entries"])


def test_a_deadline_is_printed_with_its_way(capsys):
    found = printed(
        capsys,
        "deadline",
        "art-73-2-general",
        "--from",
        "2026-12-04",
        "--country",
        "DE",
    )
    assert (found["due"], found["latest_reading"]) == ("2026-12-19", "2026-12-21")
    assert found["steps"][0].startswith("First of all immediately")
    both = printed(
        capsys,
        *("deadline", "art-73-4-death", "--from", "provider=2026-12-09"),
        *("--from", "deployer=2026-12-04T23:30Z", "--holiday", "2026-12-14"),
    )
    assert (both["whose"], both["due"]) == ("deployer", "2026-12-14")
    assert both["latest_reading"] == "2026-12-15"


def test_deadline_alone_lists_all_of_them(capsys):
    found = printed(capsys, "deadline")
    assert [row["id"] for row in found["limits"]] == list(limits())
    assert set(found["kinds"]) == {row["kind"] for row in found["limits"]}
    assert found["member_states"]["EL"] == "Greece"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["deadline", "art-73"], "deadline: no time limit has the id 'art-73'"),
        (["deadline", "art-18-1", "--from", "soon"], "YYYY-MM-DDTHH:MM with Z"),
        (["deadline", "art-18-1"], "needs the moment from which it runs"),
        (
            ["deadline", "art-18-1", "--from", "2026-12-04", "--from", "2026-12-05"],
            "say once when",
        ),
        (
            ["deadline", "art-18-1", "--from", "2026-12-04", "--country", "XX"],
            "is no Member State",
        ),
        (["timeline", "--edition", "draft"], "timeline: no edition 'draft'"),
    ],
)
def test_what_cannot_be_answered_ends_with_status_2(arguments, says, capsys):
    assert main(arguments) == 2
    printed = capsys.readouterr()
    assert says in printed.err
    assert printed.out == ""


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('kind = "maximum"', 'kind = "longest"', "no kind is called 'longest'"),
        ('addressee = "operator"', 'addressee = "us"', "no addressee is called 'us'"),
        ('title = "Report a', 'heading = "Report a', r"no limit has the fields"),
        ('citation = "Art. 73(2)"\n', "", r"lacks \['citation'\]"),
        ("length = 15\n", "", "0 days does not fit maximum"),
        ('unit = "days"', 'unit = "moons"', "15 moons cannot be counted"),
        ('id = "art-73-3-widespread"', 'id = "art-73-2-general"', "stands there twice"),
        ('"article-73-annex-iii", ', '"someday", ', r"no date is called \['someday'\]"),
        (
            'aware = ["provider", "deployer"]',
            'editions = ["draft"]',
            r"no edition is called \['draft'\]",
        ),
        (
            'applies = ["article-73-annex-iii", "article-73-annex-i"]',
            'applies = ["ai-office"]',
            "has no date for",
        ),
        ('kind = "at_once"', 'kind = "at_once"\nlength = 3', "3 units does not fit"),
        (
            'unit = "years"\nkind = "recurring"',
            'unit = "hours"\nkind = "recurring"',
            "1 hours does not fit recurring",
        ),
    ],
)
def test_a_slip_in_the_limits_is_refused_and_named(tmp_path, old, new, says):
    with pytest.raises(LawDataInvalid, match=says):
        limit.read(changed(tmp_path, "operators", old, new, FOLDER))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('kind = "history"', 'kind = "gossip"', "kind must be one of"),
        ('citation = "Art. 77(2)"\n', "", "lacks"),
        ('citation = "Art. 77(2)"', 'cited = "Art. 77(2)"', "no date has the fields"),
        ("omnibus_2026 = { from = 2026-07-27 }\n", "", "lacks a date"),
        ("{ from = 2026-07-27 }", "{ since = 2026-07-27 }", "a date is { from"),
        ("{ from = 2026-07-27 }", "{ later = 2026-07-27 }", "a date is { from"),
    ],
)
def test_a_slip_in_the_dates_is_refused_and_named(tmp_path, old, new, says):
    folder = changed(tmp_path, "timeline", old, new, FOLDER)
    with pytest.raises(LawDataInvalid, match=says):
        timeline.read(folder / "timeline.toml")
