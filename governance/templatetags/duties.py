"""Filters of the pages of duties: codes of the law room as words."""

from datetime import date

from django import template
from django.forms import Form

from governance.classification.contents.days import both
from governance.law.verdict import Duty
from governance.obligations.contents import words
from governance.templatetags.probatum import field

register = template.Library()


@register.filter
def countdown(due: date | None, today: date) -> str:
    """How long until a day, or since: "in 12 days"."""
    return words.countdown(due, today)


register.filter("other_day", words.other_day)
register.filter("late_tone", words.late_tone)


@register.filter
def days(duty: Duty) -> str:
    """From when a consequence of a finding applies, with its second day."""
    return both(duty.applies_from, duty.applies_from_later)


register.filter("second_from", words.second_from)
register.filter("role_words", words.role_words)
register.filter("nature_words", words.nature_words)
register.filter("rhythm_words", words.rhythm_words)
register.filter("answer_words", words.answer_words)
register.filter("moment_words", words.moment_words)


@register.inclusion_tag("components/field.html")
def clock_field(form: Form, name: str) -> dict[str, object]:
    """A field of a form by a name that is only known when the page is made."""
    return field(form[name])
