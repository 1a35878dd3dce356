"""The words, marks and small pieces that pages are made of.

They are builtins of every template: no ``{% load %}`` is needed. docs/design.md
shows each one with a line to copy.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.conf import settings
from django.forms import BoundField, CheckboxInput, Form
from django.forms.widgets import ChoiceWidget
from django.template.context import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from governance.navigation import address, navigation_for, switchable

register = template.Library()

DAY = "j M Y"
MINUTE = "j M Y H:i"
EXACT = "j M Y H:i:s.u T"
THIN_SPACE = " "
TONES = {"success": "ok", "warning": "attention", "": "neutral"}
COLOURS = {"ok": "success", "attention": "warning"}
# Each tone has its own mark, so that colour is never the only sign.
MARKS = {
    "ok": "circle-check",
    "attention": "triangle-alert",
    "danger": "circle-alert",
    "info": "info",
    "neutral": "circle-dashed",
}


def _local(value: datetime) -> datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else value


@register.filter
def day(value: date | datetime | None) -> str:
    """A date as "23 Nov 2026"; nothing becomes the words "not established"."""
    if value is None or value == "":
        return _("not established")
    return date_format(_local(value) if isinstance(value, datetime) else value, DAY)


@register.filter
def instant(value: datetime | None) -> str:
    """A time to the minute; the exact time with its zone is in the title."""
    if value is None or value == "":
        return _("not established")
    local = _local(value)
    return format_html(
        '<time class="instant" datetime="{}" title="{}">{}</time>',
        value.isoformat(),
        date_format(local, EXACT),
        date_format(local, MINUTE),
    )


@register.filter
def ago(value: datetime | None) -> str:
    """How long ago ("3 minutes ago"), to be shown beside the absolute time."""
    if value is None or value == "":
        return ""
    return _("%(span)s ago") % {"span": timesince(value, depth=1)}


@register.filter
def short_hash(value: object) -> str:
    """A long hash shortened in its middle: "3f9a2c04…91be07d1"."""
    text = value.hex() if isinstance(value, bytes | memoryview) else str(value or "")
    return text if len(text) <= 20 else f"{text[:8]}…{text[-8:]}"


@register.filter
def group_number(value: object) -> str:
    """A whole number with its thousands grouped: 1,204,331."""
    if value is None or value == "":
        return _("not established")
    return f"{value:,}" if isinstance(value, int | float) else str(value)


@register.filter
def percent(value: float | str | None, digits: int = 1) -> str:
    """A share between 0 and 1 as "6.2 %"."""
    if value is None or value == "":
        return _("not established")
    return f"{float(value) * 100:.{digits}f} %"


@register.filter
def or_unknown(value: object) -> object:
    """The value, or the words "not established" when there is none."""
    if value in (None, "", [], ()):
        return format_html('<span class="unknown">{}</span>', _("not established"))
    return value


@register.filter
def breakable(value: object) -> SafeString:
    """A name as programs write it, which a narrow place may break after each "_"."""
    parts = ((part,) for part in str(value).split("_"))
    return format_html_join(SafeString("_<wbr>"), "{}", parts)


@register.filter
def tone(value: str) -> str:
    """One of ok, attention, danger, info, neutral; Designsystemet's names too."""
    name = TONES.get(str(value), str(value))
    return name if name in MARKS else "neutral"


@register.filter
def tag_colour(value: str) -> str:
    """The data-color of a Designsystemet element for a tone."""
    name = tone(value)
    return COLOURS.get(name, name)


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """An icon of the sprite; silent for screen readers unless it has a label."""
    href = f"{static('img/icons.svg')}#{name}"
    classes = f"icon {css}".strip()
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}"><use href="{}"/></svg>',
            classes,
            label,
            href,
        )
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}"/></svg>', classes, href
    )


@register.inclusion_tag("components/hash.html", name="hash")
def hash_(value: object, *, full: bool = False, label: str = "") -> dict[str, object]:
    """A hash in monospace, shortened unless ``full``, with a button that copies it."""
    text = value.hex() if isinstance(value, bytes | memoryview) else str(value or "")
    shown = text if full else short_hash(text)
    return {"text": text, "shown": shown, "full": full, "label": label}


@register.simple_tag
def citation(text: str, url: str = "") -> SafeString:
    """A citation of the Act ("Annex III 5(b)"), linked when there is an address."""
    if url:
        return format_html('<a class="citation" href="{}">{}</a>', url, text)
    return format_html('<cite class="citation">{}</cite>', text)


@register.simple_tag
def state(tone_name: str, word: str, mark: str = "") -> SafeString:
    """A state as mark and word, for a line or a table cell."""
    name = tone(tone_name)
    return format_html(
        '<span class="state" data-tone="{}">{} {}</span>',
        name,
        icon(mark or MARKS[name]),
        word,
    )


@register.simple_tag
def tag(tone_name: str, word: str, cited: str = "") -> SafeString:
    """A finding or a state as a tag, with its citation behind it."""
    behind = citation(cited) if cited else ""
    return format_html(
        '<span class="ds-tag finding" data-color="{}">{}<span>{}{}</span></span>',
        tag_colour(tone_name),
        icon(MARKS[tone(tone_name)]),
        word,
        behind,
    )


@register.inclusion_tag("components/empty_state.html")
def empty_state(
    title: str, text: str = "", *, url: str = "", action: str = ""
) -> dict[str, str]:
    """What will appear here, and how to make it happen."""
    return {"title": title, "text": text, "url": url, "action": action}


@register.inclusion_tag("components/progress.html")
def progress(label: str, done: int, total: int, **more: str) -> dict[str, object]:
    """A bar with its count; ``unit`` names what is counted."""
    unit = more.get("unit", "")
    return {"label": label, "done": done, "total": total, "unit": unit}


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(
    context: Context, *, newer: str = "", older: str = "", shown: int | None = None
) -> dict[str, object]:
    """Keyset paging: cursors of the neighbour pages ("" when there is none)."""
    request = context["request"]
    links = {}
    for name, cursor in (("newer", newer), ("older", older)):
        query = request.GET.copy()
        query.pop("before", None)
        query.pop("after", None)
        query["after" if name == "newer" else "before"] = cursor
        links[name] = f"?{query.urlencode()}" if cursor else ""
    return {**links, "shown": shown}


@register.inclusion_tag("components/sort.html", takes_context=True)
def sort(context: Context, label: str, field: str, css: str = "") -> dict[str, object]:
    """A table head that sorts by ``?sort=field`` or ``?sort=-field``."""
    query = context["request"].GET.copy()
    now = query.get("sort", "")
    order = {field: "ascending", f"-{field}": "descending"}.get(now, "none")
    query["sort"] = f"-{field}" if order == "ascending" else field
    for cursor in ("before", "after"):
        query.pop(cursor, None)
    url = f"?{query.urlencode()}"
    return {"label": label, "order": order, "url": url, "css": css}


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, css: str = "") -> dict[str, object]:
    """A form field with label, help and error, tied together for screen readers."""
    widget = bound.field.widget
    widget.attrs["class"] = f"ds-input {widget.attrs.get('class', '')}".strip()
    if isinstance(widget, ChoiceWidget) and bound.use_fieldset:
        return {"field": bound, "css": css, "kind": "choices"}
    kind = "check" if isinstance(widget, CheckboxInput) else "line"
    # False leaves an attribute out.
    rendered = bound.as_widget(attrs={"aria-describedby": _described(bound) or False})
    return {"field": bound, "css": css, "kind": kind, "input": rendered}


def _described(bound: BoundField) -> str:
    ids = [f"{bound.auto_id}_helptext"] if bound.help_text else []
    return " ".join([*ids, f"{bound.auto_id}_error"] if bound.errors else ids)


@register.inclusion_tag("components/error_summary.html")
def error_summary(form: Form, heading: str = "") -> dict[str, object]:
    """All errors of a form, each linked to its field; it takes the focus."""
    fields = [bound for bound in form.visible_fields() if bound.errors]
    whole = form.non_field_errors()
    return {"form": form, "fields": fields, "whole": whole, "heading": heading}


@register.simple_tag(takes_context=True)
def nav_items(context: Context) -> Sequence[dict[str, Any]]:
    """The items of the rail for this person: only rooms that exist and are open."""
    return navigation_for(context["request"])


@register.simple_tag(takes_context=True)
def organisations(context: Context) -> Sequence[Any]:
    """The organisations that the person may switch to, in order of name."""
    return switchable(context["request"])


@register.simple_tag(name="address")
def address_of(url_name: str, *parts: object) -> str:
    """The address of a page, or "" while its room does not exist."""
    return address(url_name, *parts)


@register.simple_tag(takes_context=True)
def colour_scheme(context: Context) -> str:
    """The scheme chosen earlier: light, dark or auto (as the system has it)."""
    request = context.get("request")
    chosen = request.COOKIES.get("theme", "") if request else ""
    return chosen if chosen in ("light", "dark") else "auto"


@register.simple_tag(takes_context=True)
def page_language(context: Context) -> str:
    """The language of the page, for the lang attribute."""
    request = context.get("request")
    return getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE)
