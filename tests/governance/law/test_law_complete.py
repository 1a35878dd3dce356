"""Every leaf of the law has its own id, citation, question, explanation and dates.

The numbers are those of the law files from which this room was made; where they come
from stands beside each: the reference of the Act of 23 November 2026, whose counts were
compared with the Official Journal ("Verified counts"), and its files by subject.
"""

import re
from collections import Counter

import pytest

from governance.law.definitions import definitions
from governance.law.duties_load import catalogue
from governance.law.load import law
from governance.law.logic import names
from governance.law.rules import meanings
from governance.law.timeline import timeline

ACT = law()
LEAVES = {item.id: item for item in ACT.provisions}
EXCEPTIONS = {one.citation for item in ACT.provisions for one in item.exceptions}
ROWS = {row.id: row for row in catalogue().rows}
WORDS = {item.id: item for item in definitions()}
PARTS = Counter(item.id for item in definitions() for _ in item.parts)
OLD, NEW = (edition.id for edition in ACT.editions)


def elements(*rows):
    return [part for row in rows for part in ROWS[row].elements[NEW]]


def asked_for(citation):
    """The questions that name exactly this place among their citations."""
    place = re.compile(rf"(^|[ ,;]){re.escape(citation)}($|[,;])")
    return [q.id for q in ACT.questions.values() if place.search(q.citation)]


def test_annex_iii_has_its_25_leaves():
    # File annex_iii: 8 areas, 25 entries, 3 + 1 + 4 + 2 + 4 + 5 + 4 + 2.
    per_area = Counter(
        int(id_.split("-")[2]) for id_ in LEAVES if id_.startswith("annex-iii-")
    )
    assert per_area == {1: 3, 2: 1, 3: 4, 4: 2, 5: 4, 6: 5, 7: 4, 8: 2}
    assert per_area.total() == 25


def test_every_exception_that_annex_iii_makes_itself_is_a_leaf():
    # File annex_iii, `exclusions`, those of the Annex and of recital 55.
    points = {f"Annex III, point {point}" for point in ("5(b)", "7(d)", "8(b)")}
    assert points <= EXCEPTIONS
    assert {"Annex III, point 1(a); Art. 3(36)", "Recital 55"} <= EXCEPTIONS


@pytest.mark.parametrize(("edition", "a", "b"), [(OLD, 12, 8), (NEW, 11, 9)])
def test_annex_i_has_its_acts(edition, a, b):
    # File annex_i: Section A 12 and B 8 as enacted, A 11 and B 9 since 2026; points 1
    # to 12, 13 to 21.
    standing = [id_ for id_, item in LEAVES.items() if edition in item.editions]
    assert len([id_ for id_ in standing if id_.startswith("annex-i-a-")]) == a
    assert len([id_ for id_ in standing if id_.startswith("annex-i-b-")]) == b
    points = {int(id_.split("-")[3]) for id_ in LEAVES if re.match("annex-i-[ab]", id_)}
    assert points == set(range(1, 22))


def test_each_test_of_the_product_route_is_asked_as_a_fact():
    # Reference, 3.1: Art. 6(1)(a) and (b), (1a) to (1c), 3(14).
    for place in ("6(1)(a)", "6(1)(b)", "6(1a)", "6(1b)", "6(1c)", "3(14)"):
        assert asked_for(f"Art. {place}"), place


def test_article_5_has_eight_letters_and_two_more_since_2026():
    # File prohibited: 8 practices as enacted, 10 since 2026.
    letters = {id_.removeprefix("art-5-1-") for id_ in LEAVES if id_[:8] == "art-5-1-"}
    assert letters == {*"abcdefgh", "ba", "bb"}
    old = {id_ for id_ in letters if OLD in LEAVES[f"art-5-1-{id_}"].editions}
    assert old == set("abcdefgh")


@pytest.mark.parametrize(
    ("letter", "cited"),
    [
        # File prohibited, `exceptions`, those of the Article and of Art. 3(36), (40).
        ("d", ["Art. 5(1)(d)"]),
        ("e", []),
        ("f", ["Art. 5(1)(f)"]),
        ("g", ["Art. 5(1)(g)", "Art. 5(1)(g)", "Art. 3(40), recital 16"]),
        (
            "h",
            [
                "Art. 3(36), recital 17",
                *(f"Art. 5(1)(h)({'i' * n})" for n in (1, 2, 3)),
            ],
        ),
        ("ba", ["Art. 5(1a)(a)", "Art. 5(1b)", "Art. 5(1)(ba)"]),
        ("bb", ["Art. 5(1a)(a)", "Art. 5(1)(bb)"]),
    ],
)
def test_every_exception_of_article_5_is_a_leaf(letter, cited):
    item = LEAVES[f"art-5-1-{letter}"]
    assert [one.citation for one in item.exceptions] == cited


@pytest.mark.parametrize(
    ("letter", "fact"),
    [
        # Exceptions of a recital alone never lift a ban: they make it disputed.
        ("a", "lawful_practice"),
        ("b", "lawful_practice"),
        ("c", "lawful_evaluation"),
        ("ba", "medical_without_consent"),
    ],
)
def test_an_exception_of_a_recital_makes_a_ban_disputed(letter, fact):
    item = LEAVES[f"art-5-1-{letter}"]
    assert item.dispute
    for expr in item.disputed_if.values():
        assert fact in names(expr)


def test_every_paragraph_of_article_2_is_a_finding_or_is_shown():
    # File scope_roles: 20 entries of scope, Art. 2(1)(a) to (g) and (2) to (13), with
    # paragraph 3 twice.
    findings = {id_ for id_ in LEAVES if id_.startswith("art-2-")} - {"art-2-1"}
    shown = {id_ for id_, item in WORDS.items() if item.kind == "scope"} - {"art-2-1"}
    assert {f"art-2-{n}" for n in (3, "3-union-law", 4, 6, 8, 10, 12)} == findings
    assert {f"art-2-{n}" for n in (2, 5, 7, 9, 11, 13)} == shown
    assert PARTS["art-2-1"] == 7
    assert len(findings) + len(shown) + PARTS["art-2-1"] == 20


def test_every_definition_that_decides_is_there():
    # 34 numbers of Art. 3.
    numbers = [1, *range(3, 13), 14, "14a", "14b", 23, *range(34, 37), *range(39, 47)]
    numbers += [49, 52, *range(60, 64), 66, 68]
    ours = {id_ for id_, item in WORDS.items() if item.kind == "definition"}
    assert ours == {f"art-3-{number}" for number in numbers}
    assert len(ours) == 34
    assert all(WORDS[id_].decides for id_ in ours)
    # File incidents: four heads of a serious incident; Art. 3(45) and (61) have two.
    assert [PARTS[f"art-3-{n}"] for n in (45, 49, 61)] == [2, 4, 2]


def test_the_lists_to_which_articles_point_are_whole():
    # Verified counts: Annex II 16, Annex XI 11 + 3, Annex XII 11, Annex XIII 7.
    assert (PARTS["annex-ii"], PARTS["annex-xiii"]) == (16, 7)
    sections = Counter(
        part.citation.partition(", point")[0]
        for part in elements("art-53-1-a", "art-53-1-b")
    )
    assert sections == {
        "Annex XI, Section 1": 11,
        "Annex XI, Section 2": 3,
        "Annex XII": 11,
    }


def test_article_6_3_is_asked_as_facts_and_never_as_a_conclusion():
    # File derogation: four conditions, the core test, the override by profiling.
    for letter in "abcd":
        assert asked_for(f"Art. 6(3), second subparagraph, point ({letter})")
    assert len(asked_for("Art. 6(3), second subparagraph, point (c)")) == 2
    assert asked_for("Art. 6(3), first subparagraph")
    assert asked_for("Art. 6(3), third subparagraph") == ["profiling"]
    cited = {item.citation for item in ACT.consequences["high_risk_derogated"]}
    assert len([place for place in cited if place.startswith("Art. 6(4)")]) == 3


def test_article_50_has_its_paragraphs():
    # Reference, 4.7: (1), (2), (3), the two subparagraphs of (4), (5); the lighter duty
    # of the third sentence of (4) is a leaf of its own.
    ids = {id_ for id_ in LEAVES if id_.startswith("art-50-")}
    assert ids == {
        f"art-50-{n}" for n in (1, 2, 3, "4-deep-fake", "4-artistic", "4-text")
    }
    assert {"art-50-5"} <= set(ROWS)


@pytest.mark.parametrize(
    ("leaf", "ends"),
    [
        # Art. 50(1) to (4), sentence by sentence; each leaf by the end of its id.
        ("1", ["obvious", "crime"]),
        ("2", ["editing", "unaltered", "crime"]),
        ("3", ["ancillary", "crime"]),
        ("4-deep-fake", ["artistic", "crime"]),
        ("4-artistic", ["crime"]),
        ("4-text", ["editorial", "crime"]),
    ],
)
def test_every_exception_of_article_50_is_a_leaf(leaf, ends):
    found = [one.id for one in LEAVES[f"art-50-{leaf}"].exceptions]
    assert found == [f"art-50-{leaf}-{end}" for end in ends]


def test_models_have_every_condition_and_every_duty():
    # Reference, 4.8: 51(1)(a), (b) and (2), 52(1) and (2), 53(1)(a) to (d), (2), (3),
    # 54, 55(1)(a) to (d).
    for place in ("51(1)(a)", "51(1)(b)", "51(2)", "52(1)", "53(2)", "54(1)"):
        assert asked_for(f"Art. {place}"), place
    assert {"gpai-model", "gpai-systemic"} <= set(LEAVES)
    for article, letters in (("53-1", "abcd"), ("55-1", "abcd"), ("54-3", "abcd")):
        assert {f"art-{article}-{letter}" for letter in letters} <= set(ROWS)
    assert {"art-52-1", "art-52-2", "art-52-5", "art-53-3", "art-54-1"} <= set(ROWS)
    assert "10^25" in ACT.questions["compute_above_1e25"].text


def test_every_way_to_become_provider_is_a_leaf():
    # File scope_roles: 25(1)(a), (b), (c), 25(2), 25(3), 25(4); 25(3) has two points.
    cited = [part.citation for part in elements("art-25-1", "art-25-3")]
    assert cited == [f"Art. 25(1)({letter})" for letter in "abc"] + [
        f"Art. 25(3)({letter})" for letter in "ab"
    ]
    assert {"art-25-2", "art-25-4"} <= set(ROWS)
    flags = catalogue().flags
    assert flags["provider_by_own_acts"].citation == "Art. 25(1)"
    assert flags["product_under_own_name"].citation == "Art. 25(3)"


def test_article_111_has_its_four_paragraphs():
    # Verified in file timeline: (1) to (3), and (4) since 2026.
    cited = {item.citation: set(item.grace) for item in ACT.transitions}
    assert set(cited) == {f"Art. 111({n})" for n in range(1, 5)}
    assert cited["Art. 111(4)"] == {NEW}
    entries = {entry.citation for entry in timeline() if entry.kind == "transition"}
    assert entries == set(cited)


@pytest.mark.parametrize("item", ACT.provisions, ids=lambda item: item.id)
def test_a_leaf_has_a_question_an_explanation_and_a_date_in_each_edition(item):
    assert item.title
    assert item.says.endswith(".")
    for edition, expr in item.logic.items():
        words = meanings(edition)
        atoms = [
            atom
            for name in names(expr)
            for atom in (names(words[name]) if name in words else [name])
        ]
        assert {atom.partition(".")[0] for atom in atoms} <= set(ACT.questions)
        assert ACT.starts[item.applies][edition].day
