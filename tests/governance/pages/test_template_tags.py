"""The small pieces of pages say what they should, and are tied together."""

from datetime import UTC, date, datetime

import pytest
from django import forms
from django.template import engines
from django.test import RequestFactory
from django.utils import timezone

AT = datetime(2026, 11, 23, 14, 5, 6, 123456, tzinfo=UTC)
DIGEST = "3f9a2c04" + "0" * 48 + "91be07d1"


def render(source: str, **context: object) -> str:
    request = RequestFactory().get("/", context.pop("query", {}))
    return engines["django"].from_string(source).render(context, request)


@pytest.mark.parametrize(
    ("source", "value", "expected"),
    [
        ("{{ v|day }}", date(2026, 11, 3), "3 Nov 2026"),
        ("{{ v|day }}", None, "not established"),
        ("{{ v|instant }}", None, "not established"),
        ("{{ v|group_number }}", 1204331, "1,204,331"),
        ("{{ v|group_number }}", None, "not established"),
        ("{{ v|group_number }}", "many", "many"),
        ("{{ v|percent }}", 0.0623, "6.2 %"),
        ("{{ v|percent }}", None, "not established"),
        ("{{ v|short_hash }}", DIGEST, "3f9a2c04…91be07d1"),
        ("{{ v|short_hash }}", bytes.fromhex(DIGEST), "3f9a2c04…91be07d1"),
        ("{{ v|short_hash }}", "short", "short"),
        ("{{ v|or_unknown }}", 0, "0"),
        ("{{ v|tone }}", "warning", "attention"),
        ("{{ v|tone }}", "nonsense", "neutral"),
        ("{{ v|tag_colour }}", "ok", "success"),
        ("{{ v|ago }}", None, ""),
    ],
)
def test_a_value_is_printed_in_the_house_style(
    source: str, value: object, expected: str
) -> None:
    assert render(source, v=value) == expected


def test_a_time_prints_the_minute_and_keeps_the_exact_time_with_its_zone() -> None:
    html = render("{{ v|instant }}", v=AT)
    assert ">23 Nov 2026 14:05</time>" in html
    assert 'title="23 Nov 2026 14:05:06.123456 UTC"' in html
    assert 'datetime="2026-11-23T14:05:06.123456+00:00"' in html


def test_relative_time_says_how_long_ago() -> None:
    assert render("{{ v|ago }}", v=timezone.now()).endswith("ago")


def test_an_unknown_value_is_a_word() -> None:
    assert "not established" in render("{{ v|or_unknown }}", v="")
    assert "not established" in render("{% hash v %}", v=None)


def test_a_hash_is_shown_short_and_copied_whole() -> None:
    html = render("{% hash v %}", v=DIGEST)
    assert ">3f9a2c04…91be07d1</code>" in html
    assert f'data-copy="{DIGEST}"' in html


def test_what_people_typed_is_escaped_in_tags_and_states() -> None:
    for source in ('{% tag "danger" v v %}', '{% state "ok" v %}', "{% citation v %}"):
        assert "<script" not in render(source, v="<script>")


def test_a_state_has_a_mark_and_a_word_beside_its_colour() -> None:
    html = render('{% state "danger" "Overdue" %}')
    assert "#circle-alert" in html
    assert "Overdue" in html


def test_an_icon_is_silent_unless_it_has_a_label() -> None:
    assert 'aria-hidden="true"' in render('{% icon "eye" %}')
    assert 'role="img" aria-label="Shown"' in render('{% icon "eye" "Shown" %}')


def test_sorting_turns_round_and_forgets_the_page() -> None:
    source = '{% sort "Time" "at" %}'
    assert 'aria-sort="none"' in render(source)
    html = render(source, query={"sort": "at", "before": "x", "q": "a b"})
    assert 'aria-sort="ascending"' in html
    assert 'href="?sort=-at&amp;q=a+b"' in html
    assert 'aria-sort="descending"' in render(source, query={"sort": "-at"})


def test_paging_keeps_the_filters_and_replaces_the_cursor() -> None:
    source = '{% pager newer="" older="9" shown=50 %}'
    html = render(source, query={"version": "2", "after": "3"})
    assert 'href="?version=2&amp;before=9"' in html
    assert "Newer" not in html
    assert "50 lines on this page" in html


class Form(forms.Form):
    name = forms.CharField(help_text="As people call it.")
    act = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    read = forms.BooleanField(required=False)


def test_a_field_is_tied_to_its_help_and_its_error() -> None:
    html = render("{% field f %}", f=Form({})["name"])
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert 'aria-invalid="true"' in html


def test_a_choice_is_a_group_with_a_legend_and_a_box_says_it_is_optional() -> None:
    html = render("{% field f %}", f=Form()["act"])
    assert "<legend" in html
    assert html.count('type="radio"') == 2
    assert "aria-describedby" not in render("{% field f %}", f=Form()["read"])


def test_the_error_summary_links_every_error_to_its_field() -> None:
    html = render("{% error_summary form %}", form=Form({}))
    assert 'href="#id_name"' in html
    assert 'href="#id_act"' in html
    assert render("{% error_summary form %}", form=Form()).strip() == ""


def test_an_unmade_room_has_no_address() -> None:
    assert render('{% address "no:such-room" %}') == ""


def test_progress_has_a_count_and_a_bar() -> None:
    html = render('{% progress "Writing" 4 9 unit="sections" %}')
    assert 'value="4" max="9"' in html
    assert "4 of 9 sections" in html


def test_an_empty_list_says_how_to_fill_it() -> None:
    html = render('{% empty_state "No dossier" "They appear." url="/x" action="Go" %}')
    assert '<a class="ds-button" href="/x">Go</a>' in html
