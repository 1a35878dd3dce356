"""The provisions as data: complete, cited, dated, and refused when they are not."""

import shutil

import pytest

from governance.law.check import LawDataInvalid
from governance.law.load import FOLDER, annex_iv, law, read
from governance.law.questions import every_question

OLD_DATE = (
    'enacted_2024 = { from = 2026-08-02, citation = "Art. 113, second paragraph" }\n'
)
NEXT = "omnibus_2026 = { from = 2026-07-26"
FORBIDDEN = ("compliant", "certified", "successfully", "minimal risk", "please wait")


def changed(tmp_path, file, old, new, of=FOLDER):
    """A copy of a folder of the law's data with one change in it."""
    folder = tmp_path / of.name
    shutil.copytree(of, folder)
    path = folder / f"{file}.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    return folder


def test_annex_iv_has_its_23_leaves_in_order():
    leaves = annex_iv()
    assert len(leaves) == 23
    assert [leaf.citation for leaf in leaves][:2] == [
        "Annex IV, point 1(a)",
        "Annex IV, point 1(b)",
    ]
    assert leaves[-1].id == "annex-iv-9"
    assert len({leaf.id for leaf in leaves}) == 23
    assert all(leaf.write and leaf.prompts and leaf.applicability for leaf in leaves)


def test_no_provision_is_lost_between_the_editions():
    count = {
        edition.id: len([p for p in law().provisions if edition.id in p.editions])
        for edition in law().editions
    }
    # Two prohibitions and one law of Section B came; one law of Section A went.
    assert count["omnibus_2026"] == count["enacted_2024"] + 3 - 1


def test_article_50_has_each_of_its_duties():
    cited = {p.citation.full for p in law().provisions if p.id.startswith("art-50")}
    assert cited == {
        "Art. 50(1)",
        "Art. 50(2)",
        "Art. 50(3)",
        "Art. 50(4), first subparagraph",
        "Art. 50(4), first subparagraph, third sentence",
        "Art. 50(4), second subparagraph",
    }


def test_every_question_is_plain_explained_and_shown_with_both_sides_of_the_line():
    for question in every_question():
        assert question.text.endswith(("?", ".", ")"))
        assert question.help
        assert question.example_inside
        assert question.example_outside
        assert question.who_knows
        assert question.citation


def test_every_question_settles_something():
    text = "".join(path.read_text() for path in FOLDER.glob("*.toml"))
    dates_and_roles = {
        "our_roles",
        "placed_on_market_on",
        "put_into_service_on",
        "design_changed_significantly_on",
        "for_public_authorities",
    }
    for question in every_question():
        if question.id in dates_and_roles:
            continue
        assert text.count(question.id) > 1, question.id


def test_the_texts_promise_nothing_and_pretend_nothing():
    for path in FOLDER.glob("*.toml"):
        text = path.read_text().lower()
        assert [word for word in FORBIDDEN if word in text] == []


def test_the_digest_tells_one_state_of_the_data_from_another(tmp_path):
    folder = changed(tmp_path, "scope", "Purely personal use", "Private use")
    assert read(FOLDER).digest == law().digest != read(folder).digest


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("gpai", '"own_model.general"', '"own_model.("', "expected"),
        ("art_50", 'logic = "obviously_ai"', 'logic = "obviosly_ai"', "unknown facts"),
        ("art_50", 'citation = "Art. 50(1)"\ntitle', "title", "no citation"),
        ("art_50", 'applies = "transparency"', 'applies = "soon"', "no date is called"),
        (
            "dates",
            OLD_DATE + "omnibus_2026 = { from = 2027-12-02",
            "omnibus_2026 = { from = 2027-12-02",
            "no date for",
        ),
        ("art_50", 'id = "art-50-2"', 'id = "art-50-1"', "twice"),
        (
            "art_50",
            'logic = "(generates.text',
            'logic = "((generates.text',
            "closing bracket",
        ),
        ("art_50", 'kind = "multi"', 'kind = "many"', "kind must be"),
        ("art_50", 'kind = "multi"', 'kind = "yes_no"', "choices do not fit"),
        ("art_50", 'kind = "transparency_obligation"', 'kind = "duty"', "duty"),
        ("art_50", 'within = "system_in_scope"', 'within = "x"', "no term is called"),
        ("art_50", "[[question]]", "[[question", "is not TOML"),
        ("art_6_3", 'assume = "no"', 'assume = "perhaps"', "assume must be"),
        ("dates", "in_force_from = 2026-07-27", "in_force_from = 2024-08-01", "follow"),
        (
            "annex_iii_1_biometrics",
            'lawful_if = "biometric_use_lawful"',
            'lawful_if = "x"',
            "no question is called",
        ),
        ("annex_iii_1_biometrics", 'dispute = "Age', "#", "but not why"),
        ("dates", "omnibus_2026 = { from", "omnibus = { from", "no edition is called"),
        (
            "dates",
            '2025-02-02, citation = "Art. 113, third paragraph, point (a)"',
            '2025-02-02, citation = ""',
            "no citation for",
        ),
        ("art_50", 'logic = "interacts_with_people', "#", "has no logic"),
        ("art_50", 'help = "There must be', 'help = "" # ', "lacks a text"),
        ("art_50", 'help = "There must be', 'hint = "There must be', "hint"),
        ("art_50", 'who_knows = "the product owner"', "", "who_knows"),
        ("art_50", "[[question]]", "[[riddle]]", "no kind of entry"),
        ("art_50", 'id = "art-50-2-editing"', 'id = "art-50-1-obvious"', "twice"),
        (
            "art_50",
            'says = "it is obvious that this is AI"',
            'says = ""',
            "exception has",
        ),
        ("gpai", '["model_provider"', '["modeller"', "no role is called"),
        (
            "annex_iii_4_work",
            'status = "draft"',
            'status = "old"',
            "guidance is one of",
        ),
        ("annex_iii_1_biometrics", '= "draft"', '= "old"', "guidance is one of"),
        ("annex_iii_4_work", "{ status", "{ state", "unexpected keyword"),
        ("gpai", 'stage = "full"', 'stage = "late"', "stage must be"),
        ("gpai", 'assume = "yes"', "", "presumes, but"),
        ("gpai", '= "own_model.general"', '= "owned.general"', "no single question"),
        ("gpai", '= "own_model.general"', '= "obviously_ai"', "has no choices"),
        ("scope", 'also = "provider"', 'also = "maker"', "no choice is called"),
        ("dates", "status_unknown_after = 2026-10-01", "", "where the sources stop"),
        ("dates", "omnibus_2026 = { from = 2026-12-02", NEXT, "is in force"),
    ],
)
def test_a_slip_in_the_data_is_refused_and_named(tmp_path, file, old, new, says):
    with pytest.raises(LawDataInvalid, match=says):
        read(changed(tmp_path, file, old, new))
