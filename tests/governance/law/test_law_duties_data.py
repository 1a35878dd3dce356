"""The catalogue of duties as data: complete, cited, merged from both, or refused."""

import re
import tomllib
from collections import Counter

import pytest

from governance.law.check import LawDataInvalid
from governance.law.duties_load import FILES, FOLDER, ROUTES, catalogue, read
from tests.governance.law.test_law_data import FORBIDDEN, changed

ROWS = {row.id: row for row in catalogue().rows}
# The two preparations of the law that the catalogue was merged from.
BY_ELEMENTS, BY_ROLE, THE_TEXT = "OB-", re.compile(r"art-|ann-|reg-"), "text"
# How many paragraphs an Article has, in the text of 2024 and as amended; an Article
# without numbered paragraphs counts as one.
COUNTS = """
4:1 5:8 6:8 8:2 9:10 10:6 11:3 12:3 13:3 14:5 15:5 17:4 18:3 19:2 20:2 21:3
22:4 23:7 24:6 25:5 26:12 27:5 40:3 41:6 42:2 43:6 44:3 46:7 47:5 48:5 49:5
50:7 52:6 53:7 54:6 55:3 57:17 59:3 60:9 61:2 63:2 71:6 72:4 73:11 74:14 75:3
77:4 78:5 79:9 80:8 82:5 83:2 85:1 86:3 89:2 91:5 92:7 93:3 95:4 99:11 111:4
"""
PARAGRAPHS = dict(pair.split(":") for pair in COUNTS.split())
INSERTED = {"4a", "60a", "75a", "75b", "75c", "75d"}
PLACE = re.compile(r"( to | and |, )?(?:Art\. )?(\d+[a-z]?)?((?:\([0-9a-z]+\))*)")


def places(citation):
    """The Articles and paragraphs of a citation; paragraph "" means all of it."""
    article, last, found = "", "", set()
    for part in re.finditer(PLACE, citation.split("Annex")[0]):
        joint, number, points = part.groups()
        paragraph = re.match(r"\(([0-9]+[a-z]?)\)", points or "")
        if not (number or paragraph):
            continue
        before = article
        article = number or article
        new = paragraph[1] if paragraph else ""
        if joint == " to " and number and not new:
            first, final = int(before), int(article)
            found |= {(str(one), "") for one in range(first, final + 1)}
        elif joint == " to ":
            found |= {(article, str(one)) for one in range(int(last), int(new) + 1)}
        else:
            found.add((article, new))
        last = new
    return found


def stated():
    """Every place that has a row, or a reason why it has none."""
    reasons = tomllib.loads((FOLDER / "no_duty.toml").read_text())["no_duty"]
    cited = [row.citation for row in ROWS.values()]
    assert all(reason["why"] for reason in reasons)
    return set().union(*map(places, [*cited, *(item["where"] for item in reasons)]))


@pytest.mark.parametrize(
    ("citation", "found"),
    [
        ("Art. 9(6) to (8)", {("9", "6"), ("9", "7"), ("9", "8")}),
        ("Art. 15(5), 42(2)", {("15", "5"), ("42", "2")}),
        ("Art. 8(1), 16(a)", {("8", "1"), ("16", "")}),
        ("Art. 1 to 3, 51", {("1", ""), ("2", ""), ("3", ""), ("51", "")}),
        ("Art. 75a(3) and (6)", {("75a", "3"), ("75a", "6")}),
    ],
)
def test_a_citation_is_read_as_a_lawyer_reads_it(citation, found):
    assert places(citation) == found


def test_every_article_has_a_row_or_a_reason_why_not():
    articles = {article for article, _ in stated()}
    assert {str(number) for number in range(1, 114)} - articles == set()
    assert articles >= INSERTED


def test_every_paragraph_for_operators_has_a_row_or_a_reason_why_not():
    there = stated()
    gaps = [
        f"{article}({number})"
        for article, count in PARAGRAPHS.items()
        for number in range(1, int(count) + 1)
        if not there & {(article, ""), (article, str(number))}
    ]
    assert gaps == []


def test_every_row_of_both_preparations_is_in_the_catalogue():
    sources = {source for row in ROWS.values() for source in row.sources}
    by_elements = {item for item in sources if item.startswith(BY_ELEMENTS)}
    by_role = {item for item in sources if BY_ROLE.match(item)}
    assert (len(by_elements), len(by_role)) == (118, 174)
    assert sources - by_elements - by_role == {THE_TEXT}


def test_a_row_of_one_preparation_alone_says_so():
    for row in ROWS.values():
        both = any(item.startswith(BY_ELEMENTS) for item in row.sources) and any(
            BY_ROLE.match(item) for item in row.sources
        )
        assert row.one_source is not both, row.id
    alone = {row.id for row in ROWS.values() if row.one_source}
    assert {"art-9-3", "art-75b", "art-91", "art-2-2", "art-89-2"} <= alone
    assert {"art-9-1", "art-23-4", "annex-vii-4-1"} & alone == set()


def test_the_elements_are_as_many_as_the_law_files_counted():
    elements = Counter(
        re.sub(r"\([a-z]+\)(\([ivx]+\))?$", "", element.citation)
        for row in ROWS.values()
        for element in row.elements.get("omnibus_2026", ())
    )
    assert elements["Art. 9(2)"] == 4
    assert elements["Art. 10(2)"] == 8
    assert elements["Art. 12(3)"] == 4
    assert elements["Art. 14(4)"] == 5
    assert elements["Art. 17(1)"] == 13
    assert elements["Art. 18(1)"] == 5
    assert elements["Art. 27(1)"] == 6
    assert elements["Art. 60(4)"] == 11
    # 93 of the catalogue with elements, the six of the impact assessment, the five ways
    # of Art. 25, and Annexes XI (11 + 3) and XII (11).
    assert elements.total() == 93 + 6 + 5 + 14 + 11


def test_each_of_the_twelve_points_of_article_16_has_its_row():
    cited = " ".join(row.citation for row in ROWS.values() if "provider" in row.bearers)
    points = set(re.findall(r"16\(([a-z])\)", cited))
    assert points == set("abcdefghijkl")


def test_the_bearer_is_whom_the_article_names():
    assert ROWS["art-8-2"].bearers == ("provider",)
    assert ROWS["art-43-4"].bearers == ("provider",)
    assert ROWS["art-49-1"].bearers == ("provider", "authorised_representative")
    assert ROWS["art-25-4"].bearers == ("provider", "third_party")
    assert ROWS["art-5-1-h"].bearers == ("deployer",)
    assert len(ROWS["art-79-4"].bearers) == 6


def test_every_duty_says_what_when_and_by_what_it_is_shown():
    for row in ROWS.values():
        assert row.title, row.id
        assert row.term, row.id
        assert row.due, row.id
        assert row.bearers, row.id
        for text in row.says.values():
            assert text.endswith("."), row.id


def test_all_thirty_five_rows_of_the_crosswalk_are_used_with_their_strength():
    used = {item.id for row in ROWS.values() for item in row.crosswalk}
    assert used == set(catalogue().crosswalk)
    assert len(used) == 35
    for item in catalogue().crosswalk.values():
        for other in (item.iso_42001, item.nist_ai_rmf, item.gdpr):
            assert other["strength"] in ("strong", "partial", "weak", "none")
            assert (other["strength"] == "none") is (other["where"] == [])


NAMED = {
    "art-99-3": r"Art\. 5",
    "art-99-4-a": r"Art\. (8|9|1[0-9]|20|43|47|48|49\(1\))\b|Annex VII|Art\. 49\(1\)",
    "art-99-4-b": r"Art\. 22\([34]\)",
    "art-99-4-c": r"Art\. 23",
    "art-99-4-d": r"Art\. 24",
    "art-99-4-da": r"Art\. 25\([24]\)",
    "art-99-4-e": r"Art\. 26|Art\. 49\(3\)",
    "art-99-4-g": r"Art\. 50",
    "art-99-5": r"Art\. 99\(5\)",
    "art-101": r"Art\. (41\(5\)|5[2-5]|9[123])",
    "art-75c-4": r"Art\. 75",
}


def test_amounts_of_the_union_stand_only_where_the_act_names_the_duty():
    for row in ROWS.values():
        tier = catalogue().tiers.get(row.penalty)
        if tier and tier.eur:
            assert re.match(NAMED[tier.id], row.citation), row.id
        assert set(row.penalty_as) <= set(row.bearers), row.id
    for id_ in ("art-22-1", "art-27-1", "art-49-2", "art-72-1", "art-73-2", "art-86"):
        assert catalogue().tiers[ROWS[id_].penalty].eur is None, id_


def test_the_texts_promise_nothing_and_name_no_file():
    for path in FOLDER.glob("*.toml"):
        text = path.read_text().lower()
        assert [word for word in (*FORBIDDEN, ".yaml", "..") if word in text] == []


def test_every_flag_switches_something_and_is_explained():
    text = "".join((FOLDER / f"{name}.toml").read_text() for name in FILES)
    # Two change only what a breach costs.
    for flag in set(catalogue().flags) - {"small_mid_cap"}:
        assert f"flag.{flag}" in text, flag
    for question in catalogue().flags.values():
        assert question.text.endswith(("?", ")"))
        assert question.help
        assert question.example_inside
        assert question.example_outside


def test_each_way_to_high_risk_has_its_date():
    assert set(catalogue().by_route) == {"high-risk", "linked"}
    for dates in catalogue().by_route.values():
        assert tuple(dates) == ROUTES


def test_the_digest_tells_one_state_of_the_data_from_another(tmp_path):
    folder = changed(tmp_path, "general", "Support AI literacy", "Support", FOLDER)
    assert read(FOLDER).digest == catalogue().digest != read(folder).digest


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("general", 'id = "art-5"', 'id = "art-4"', "general.toml, art-4: stands"),
        ("general", "[[duty]]", "[[duty", "is not TOML"),
        ("general", "[[duty]]", "[[riddle]]", "no riddle has the fields"),
        ("general", "term = ", "word = ", r"no duty has the fields \['word'\]"),
        ("general", 'citation = "Art. 4"', 'citation = ""', "no citation"),
        ("general", 'applies = "chapters-1-2"\n', "", "lacks 'applies'"),
        ("general", '"chapters-1-2"', '"soon"', "soon has no date for enacted_2024"),
        ("general", 'editions = ["omnibus_2026"]\n', "", "bias-data has no date for"),
        ("general", '"system_in_scope"', '"system_in_scop"', "names unknown facts"),
        ("general", '"system_in_scope"', '"(infers"', "expected a closing bracket"),
        ("general", 'logic = "system_in_scope"\n', "", "expected a name"),
        ("general", '["provider", "deployer"]', '["owner"]', "bearers: there is no"),
        ("general", 'rhythm = "continuous"', 'rhythm = "often"', "rhythm: there is"),
        ("general", 'nature = "right"', 'nature = "hope"', "nature: there is no"),
        ("general", '"art-99-3"', '"art-99-2"', "penalty: there is no"),
        ("requirements", 'er = "national"', 'er = "x"', "penalty_as: there is no"),
        ("general", 'penalty = "national"\n', "", "duties alone have a penalty"),
        ("general", "evidence = [", "limits = [", "TOML|duties alone"),
        ("general", '"cw-4"', '"cw-400"', "lacks 'cw-400'"),
        ("general", 'dispute = "The', 'term = "The', "TOML|but not why"),
        ("general", 'disputed_if = "kind', 'disputed_if = "x and kind', "unknown"),
        ("after_market", "logic_in.enacted_2024", "logic_in.enacted_2020", "lacks"),
        ("who", 'also_if = "', 'also_if = "(', "expected"),
    ],
)
def test_a_slip_in_the_data_is_refused_and_named(tmp_path, file, old, new, says):
    with pytest.raises(ValueError, match=says) as caught:
        read(changed(tmp_path, file, old, new, FOLDER))
    assert file == "who" or isinstance(caught.value, LawDataInvalid)


def test_a_dispute_without_a_reason_is_refused(tmp_path):
    text = (FOLDER / "general.toml").read_text()
    reason = next(line for line in text.splitlines() if line.startswith("dispute ="))
    with pytest.raises(LawDataInvalid, match="but not why"):
        read(changed(tmp_path, "general", reason + "\n", "", FOLDER))
