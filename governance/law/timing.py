"""From which day a provision bites, Art. 113 and the transitions of Art. 111.

Where a fact or the law leaves two readings both are returned: plan by the earlier.
Before a cut-off day nobody can know whether the design will change after it; so a
system that is already on the market keeps the plain date as its earlier reading until
then, or the cut-off where it is known that its design did not change since.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from governance.law.facts import UNKNOWN, Facts
from governance.law.logic import Truth, value
from governance.law.model import Grace, Law, Transition, Window

PLACED = ("placed_on_market_on", "put_into_service_on")
CHANGED = "design_changed_significantly_on"
PUBLIC = "for_public_authorities"
ON_DATES = (*PLACED, CHANGED, PUBLIC)
# Stands for "not before the design changes": later than every date of the Act.
NEVER = date.max


def window(law: Law, route: str, applies: str, when: tuple[str, date, Facts]) -> Window:
    """When a part of the Act bites on a system.

    `applies` is a date key, `when` the edition, the day of asking and the facts.
    """
    edition, on, facts = when
    start = law.starts[applies][edition]
    readings = {start.day, start.later or start.day}
    reading = start.later
    notes = [start.citation] if start.later else []
    for item in relevant(law, route, edition):
        grace = item.grace[edition]
        sure = fits(item, grace, facts)
        if sure is Truth.NO:
            continue
        later = _readings(item, grace, start.day, (on, facts))
        readings = later if sure is Truth.YES else readings | later
        notes.append(f"{item.citation}: {item.says}")
        if sure is Truth.YES:
            reading = reading if start.day in later else None
            break
    first, last = min(readings), max(readings)
    return Window(
        earlier=None if first == NEVER else first,
        later=None if last == NEVER else last,
        note=" ".join(notes),
        reading=reading,
    )


def relevant(law: Law, route: str, edition: str) -> Iterable[Transition]:
    """The transitions that may change the date of a route in an edition."""
    return (
        item
        for item in law.transitions
        if route in item.routes and edition in item.grace
    )


def fits(item: Transition, grace: Grace, facts: Facts) -> Truth:
    """Whether a transition covers the system."""
    known = facts.covered.get((item.id, grace.cutoff))
    if known is None:
        known = facts.covered[item.id, grace.cutoff] = _fits(item, grace, facts)
    return known


def _fits(item: Transition, grace: Grace, facts: Facts) -> Truth:
    condition = value(item.only_if, facts.truth)
    placed = placed_before(facts, grace.cutoff)
    if Truth.NO in (condition, placed):
        return Truth.NO
    return Truth.YES if condition is placed is Truth.YES else Truth.UNKNOWN


def placed_before(facts: Facts, cutoff: date) -> Truth:
    """Whether the first unit was on the market or in service before a day."""
    days = [day for fact in PLACED if (day := facts.day(fact))]
    if any(day < cutoff for day in days):
        return Truth.YES
    doubtful = any(facts.values.get(fact) == UNKNOWN for fact in PLACED)
    answered = any(facts.answered(fact) for fact in PLACED)
    return Truth.UNKNOWN if doubtful or not answered else Truth.NO


def _readings(
    item: Transition, grace: Grace, plain: date, asked: tuple[date, Facts]
) -> set[date]:
    """The possible dates for a system that a transition covers."""
    on, facts = asked
    if not item.design_change:
        return {max(plain, grace.until or plain)}
    public = facts.truth(PUBLIC)
    rest = {NEVER} if public is not Truth.YES else set()
    if grace.public_by and public is not Truth.NO:
        rest.add(max(plain, grace.public_by))
    changed = facts.day(CHANGED)
    if changed and changed >= grace.cutoff:
        # The day for public authorities stands in any case.
        return {min(max(plain, changed), last) for last in rest}
    if not facts.answered(CHANGED) or facts.values[CHANGED] == UNKNOWN:
        return rest | {plain}
    if on >= grace.cutoff:
        return rest
    # Only a change from the cut-off on counts, and that is still to come.
    unchanged = changed is None or changed < plain
    return rest | {max(plain, grace.cutoff) if unchanged else plain}
