"""Annex VIII and IX: each section only for those it binds, with its own fields."""

import json
from datetime import date

import pytest

from governance.law.__main__ import main
from governance.law.annex_viii import Place, sections
from governance.law.annex_viii_load import FILE, read, sheet
from governance.law.check import LawDataInvalid
from tests.governance.law.duty_worlds import BOTH, CAMERA, GRID
from tests.governance.law.test_law_data import changed
from tests.governance.law.worlds import CHAT, CREDIT, EXEMPT, HIRING, TODAY

A, B, C, IX = "annex-viii-a", "annex-viii-b", "annex-viii-c", "annex-ix"
NATIONAL = "national"
POLICE_EXEMPT = CAMERA | EXEMPT


def asked(answers, roles=BOTH, edition=None, on=TODAY, **flags):
    found = sections(answers, roles, on, edition, flags).sections
    return {item.id: item for item in found}


def points(section, *places):
    return [int(f.id.rpartition("-")[2]) for f in section.fields if f.place in places]


def standing(found):
    return {id_ for id_, item in found.items() if item.state != "does_not_bind"}


NO_TEST = {"real_world_test": "no"}


def test_the_counts_are_those_of_the_official_journal():
    counts = {s.id: (s.counts["enacted_2024"], s.counts["omnibus_2026"])
              for s in sheet().sections}  # fmt: skip
    assert counts == {A: (13, 13), B: (9, 7), C: (5, 5), IX: (5, 5), NATIONAL: (0, 0)}


@pytest.mark.parametrize(
    ("answers", "flags", "binding"),
    [
        (CREDIT, {"public_body": "no", "union_body": "no"}, {A}),
        (CREDIT, {"public_body": "yes"}, {A, C}),
        (CREDIT, {"union_body": "yes", "public_body": "no"}, {A, C}),
        (HIRING | EXEMPT, {"public_body": "yes"}, {B}),
        (GRID, {"public_body": "yes"}, {NATIONAL}),
        (CHAT, {"public_body": "yes"}, set()),
        (CREDIT, {"public_body": "no", "union_body": "no", "real_world_test": "yes"},
         {A, IX}),
    ],
)  # fmt: skip
def test_a_section_binds_whom_it_names_and_nobody_else(answers, flags, binding):
    assert standing(asked(answers, **NO_TEST | flags)) == binding


def test_a_role_that_no_section_names_fills_in_none():
    assert asked(CREDIT, ["importer"]) == {}
    assert set(asked(CREDIT, ["deployer"], public_body="yes")) == {C}


def test_what_is_missing_leaves_a_section_open_and_is_named():
    found = asked(CREDIT, ["deployer"])[C]
    assert found.state == "not_established"
    assert {item.fact for item in found.missing} == {
        "flag.public_body",
        "flag.union_body",
    }


def test_both_dates_are_given_and_neither_is_called_settled():
    found = asked(CREDIT)[A]
    assert not found.settled
    assert (found.applies_from, found.applies_from_later) == (
        date(2026, 8, 2),
        date(2027, 12, 2),
    )
    assert "Plan by the earlier" in found.when


@pytest.mark.parametrize(
    ("edition", "numbers"),
    [("enacted_2024", list(range(1, 10))), ("omnibus_2026", [1, 2, 3, 4, 5, 6, 8])],
)
def test_section_b_has_the_fields_of_its_edition(edition, numbers):
    assert points(asked(HIRING | EXEMPT, edition=edition)[B], Place.OPEN) == numbers


def test_before_the_amendment_the_old_fields_are_asked():
    before = asked(HIRING | EXEMPT, on=date(2026, 7, 26))[B]
    assert len(before.fields) == 9


@pytest.mark.parametrize("flag", ["police", "migration_asylum"])
def test_the_secure_section_has_fewer_fields_and_says_so_of_each(flag):
    given = {flag: "yes", "public_body": "yes", "real_world_test": "yes"}
    found = asked(CAMERA, **given)
    assert {found[id_].non_public for id_ in (A, C, IX)} == {"yes"}
    secure = {id_: points(found[id_], Place.SECURE) for id_ in (A, C, IX)}
    assert secure == {A: [1, 2, 3, 4, 5, 7, 10], C: [1, 2, 3], IX: [1, 2, 3, 5]}
    assert points(found[A], Place.LEFT_OUT) == [6, 8, 9, 11, 12, 13]
    assert [f.id for f in found[C].asked] == [f"{C}-{n}" for n in (1, 2, 3)]
    assert points(found[A], Place.OPEN, Place.UNKNOWN) == []


def test_the_exempt_system_of_the_police_is_not_entered_in_the_open():
    now, then = (
        asked(POLICE_EXEMPT, edition=edition, police="yes")[B]
        for edition in ("omnibus_2026", "enacted_2024")
    )
    assert now.non_public == then.non_public == "yes"
    assert points(now, Place.SECURE) == [1, 2, 3, 4, 5, 8]
    assert points(then, Place.SECURE) == [1, 2, 3, 4, 5, 8, 9]


def test_a_representative_enters_it_in_the_secure_section_too():
    found = asked(CAMERA, ["authorised_representative"], police="yes")
    assert found[A].non_public == "yes"


def test_an_open_area_keeps_every_field_and_settles_no_place():
    found = asked(CAMERA)[A]
    assert found.non_public == "not_established"
    assert points(found, Place.UNKNOWN) == list(range(1, 14))
    assert {item.fact for item in found.non_public_missing} == {
        "flag.police",
        "flag.migration_asylum",
    }
    elsewhere = asked(CAMERA, police="no", migration_asylum="no")[A]
    assert elsewhere.non_public == "no"
    assert elsewhere.non_public_says == ""


def test_the_command_prints_what_the_function_gives(tmp_path, capsys):
    path = tmp_path / "answers.json"
    path.write_text(json.dumps(CREDIT))
    day = TODAY.isoformat()
    arguments = ["registration", str(path), "--on", day, "--role", "deployer"]
    assert main([*arguments, "--flag", "public_body"]) == 0
    told = json.loads(capsys.readouterr().out)
    expected = sections(CREDIT, ["deployer"], TODAY, None, {"public_body": "yes"})
    assert told == expected.as_json()
    assert told["edition"] == "omnibus_2026"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("\n[[field]]", "\n[[field", "is not TOML"),
        ("[restricted]", "[[riddle]]", "has not the fields"),
        ("number = 1\n", "nummer = 1\n", r"no field is called \['nummer'\]"),
        ('duty = "art-49-4"', 'duty = "art-49-9"', "restricted: no duty is called"),
        ('duty = "art-49-1"', 'duty = "art-49-9"', "annex-viii-a: no duty is called"),
        ('register = "eu_database"', 'register = "book"', "has no register"),
        ("number = 2\n", "number = 3\n", "not numbered one after the other"),
        ('editions = ["enacted_2024"]\n', "", "has 8 fields in omnibus_2026"),
        ('["enacted_2024"]', '["enacted_2024", "e"]', "no edition is called"),
        ('section = "annex-viii-a"\nnumber = 13', 'section = "x"\nnumber = 13',
         "has 12 fields"),
        ('required = "optional"', 'required = "perhaps"', "required must be one of"),
        ('when = "if there is one', 'write = "if there is one', "TOML|goes with"),
        ('required = "optional"', 'required = "if_applicable"', "goes with"),
    ],
)  # fmt: skip
def test_a_slip_in_the_data_is_refused_and_named(tmp_path, old, new, says):
    folder = changed(tmp_path, FILE.stem, old, new, FILE.parent)
    with pytest.raises(LawDataInvalid, match=says):
        read(folder / FILE.name)


def test_a_field_of_no_section_is_refused(tmp_path):
    more = '\n[[field]]\nsection = "x"\nnumber = 1\ntitle = "T"\nwrite = "W"\n'
    path = tmp_path / FILE.name
    path.write_text(f'{FILE.read_text()}{more}required = "always"\nrestricted = true\n')
    with pytest.raises(LawDataInvalid, match="x-1: belongs to no section"):
        read(path)
